// The word for a kind of operation; a kind that these pages do not know is shown as it is.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What the list can be filtered by. */
export const knownKinds = ['delivery', 'agent-file-deletion'] as const;

export function useKindText(): (kind: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (kind) => {
      if (kind === 'delivery') return t('operations.kind_delivery');
      if (kind === 'agent-file-deletion') return t('operations.kind_agent_file_deletion');
      return kind;
    },
    [t],
  );
}

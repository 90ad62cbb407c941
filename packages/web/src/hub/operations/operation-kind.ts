// The word for a kind of operation; a kind that these pages do not know is shown as it is.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import en from '../../language/en.json' with { type: 'json' };
import { useMay } from '../session/permissions.ts';

type IspKind = keyof typeof en.isp_kinds;

const kindsOfFiles: readonly string[] = ['delivery', 'agent-file-deletion'];
const kindsOfIsp: readonly string[] = Object.keys(en.isp_kinds).map((name) => name.replaceAll('_', '-'));

/** What the list can be filtered by: the kinds that the reader may come across. */
export function useKnownKinds(): readonly string[] {
  return useMay('isp:read') ? [...kindsOfFiles, ...kindsOfIsp] : kindsOfFiles;
}

/** Whether an operation of this kind is the ISP's: its steps have names of their own. */
export function isIspKind(kind: string): boolean {
  return isOfIsp(kind.replaceAll('-', '_'));
}

export function useKindText(): (kind: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (kind) => {
      if (kind === 'delivery') return t('operations.kind_delivery');
      if (kind === 'agent-file-deletion') return t('operations.kind_agent_file_deletion');
      const name = kind.replaceAll('-', '_');
      return isOfIsp(name) ? t(`isp_kinds.${name}`) : kind;
    },
    [t],
  );
}

function isOfIsp(name: string): name is IspKind {
  return Object.hasOwn(en.isp_kinds, name);
}

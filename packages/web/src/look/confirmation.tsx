// Asks before something that cannot be undone.
import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

export interface Confirmation {
  title: string;
  text: string;
  /** The word on the button that does it. */
  action: string;
  onConfirm: () => void;
}

/** A function that opens the question. The focus starts on the way out. */
export function useConfirmation(): (confirmation: Confirmation) => void {
  const { t } = useTranslation();
  return useCallback(
    ({ title, text, action, onConfirm }) =>
      void modals.openConfirmModal({
        title,
        children: (
          <Text size="sm" className="relevo-name">
            {text}
          </Text>
        ),
        labels: { confirm: action, cancel: t('actions.cancel') },
        confirmProps: { color: 'red' },
        cancelProps: { 'data-autofocus': true, autoFocus: true },
        closeButtonProps: { 'aria-label': t('actions.close') },
        onConfirm,
      }),
    [t],
  );
}

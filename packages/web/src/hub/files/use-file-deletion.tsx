// Asks before a file is deleted on the hub, and says how it went.
import type { FileResource } from '@relevo/protocol';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { noticeDone, noticeRefused } from '../../look/notices.ts';
import { useDeleteFile } from './file-queries.ts';

export function useFileDeletion(): (file: FileResource) => void {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const { mutate } = useDeleteFile();
  return useCallback(
    (file) =>
      confirm({
        title: t('files.delete_title'),
        text: t('files.delete_text', { name: file.name }),
        action: t('actions.delete'),
        onConfirm: () =>
          mutate(file, {
            onSuccess: () => noticeDone(t('files.deleted', { name: file.name })),
            onError: (error) => noticeRefused(textOf(error)),
          }),
      }),
    [t, confirm, textOf, mutate],
  );
}

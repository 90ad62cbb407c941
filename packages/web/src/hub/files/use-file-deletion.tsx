// Asks before files are deleted on the hub, and says how it goes.
import type { FileResource } from '@relevo/protocol';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { noticeDone, noticeProgress, noticeRefused } from '../../look/notices.ts';
import { useDeleteFiles } from './file-queries.ts';

/** A function that asks, and deletes if so answered; `onDone` runs when it is over, however it went. */
export function useFileDeletion(): (files: readonly FileResource[], onDone?: () => void) => void {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const { mutate } = useDeleteFiles();
  return useCallback(
    (files, onDone) => {
      const count = files.length;
      const [first] = files;
      if (!first) return;
      const name = first.name;
      confirm({
        title: count === 1 ? t('files.delete_title') : t('files.delete_many_title', { count }),
        text: count === 1 ? t('files.delete_text', { name }) : t('files.delete_many_text'),
        action: t('actions.delete'),
        onConfirm: () => {
          const progress = count > 1 ? noticeProgress() : undefined;
          mutate(
            { files, onDeleted: (done) => progress?.update(t('files.deleting', { done, count })) },
            {
              onSuccess: () => noticeDone(count === 1 ? t('files.deleted', { name }) : t('files.deleted_many', { count })),
              onError: (error) => noticeRefused(textOf(error)),
              onSettled: () => {
                progress?.end();
                onDone?.();
              },
            },
          );
        },
      });
    },
    [t, confirm, textOf, mutate],
  );
}

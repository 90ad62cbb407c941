// Asks before files are deleted on the hub, and says how it goes.
import type { FileResource } from '@relevo/protocol';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { noticeDone, noticeProgress } from '../../look/notices.ts';
import { useTold } from '../../look/told.ts';
import { useDeleteFiles } from './file-queries.ts';

/** A function that asks, and deletes if so answered; `onDone` runs when it is over, however it went, while the page is still there. */
export function useFileDeletion(): (files: readonly FileResource[], onDone?: () => void) => void {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const { mutateAsync } = useDeleteFiles();
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
          const deleting = mutateAsync({ files, onDeleted: (done) => progress?.update(t('files.deleting', { done, count })) }, { onSettled: onDone });
          const over = deleting.finally(() => progress?.end());
          void told(over, () => noticeDone(count === 1 ? t('files.deleted', { name }) : t('files.deleted_many', { count })));
        },
      });
    },
    [t, confirm, told, mutateAsync],
  );
}

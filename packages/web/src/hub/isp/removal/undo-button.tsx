// Puts back what a removal took, in the records and on the router.
import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useTold } from '../../../look/told.ts';
import { newWorkId, useWork } from './work-queries.ts';

interface UndoButtonProps {
  connectionId: number;
  /** Called with the operation that puts it back, once it has begun. */
  onOperation: (operationId: string) => void;
}

export function UndoButton({ connectionId, onOperation }: UndoButtonProps) {
  const { t } = useTranslation();
  const told = useTold();
  const work = useWork();

  function undo() {
    const operationId = newWorkId('restore');
    void told(work.mutateAsync({ kind: 'restore', connectionId, operationId }, { onSuccess: () => onOperation(operationId) }));
  }

  return (
    <Button variant="default" leftSection={<IconArrowBackUp size={16} />} loading={work.isPending} onClick={undo}>
      {t('removal.undo')}
    </Button>
  );
}

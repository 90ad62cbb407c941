// Puts back what a removal took, in the records and on the router; offered as long as the hub would do it, with the time that is left.
import { Button, Group, Text } from '@mantine/core';
import type { ConnectionDetail } from '@relevo/protocol';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../language/formats.ts';
import { useNow } from '../../../look/relative-time.tsx';
import { useTold } from '../../../look/told.ts';
import { undoOf } from './undo-of.ts';
import { newWorkId, useWork } from './work-queries.ts';

const refreshMs = 1000;

interface UndoButtonProps {
  connection: ConnectionDetail;
  /** Called with the operation that puts it back, once it has begun. */
  onOperation: (operationId: string) => void;
}

export function UndoButton({ connection, onOperation }: UndoButtonProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const told = useTold();
  const work = useWork();
  const undo = undoOf(connection, useNow(refreshMs));

  function putBack() {
    const operationId = newWorkId('restore');
    // The connection may be back, and this button gone, before the answer has come.
    void told(work.mutateAsync({ kind: 'restore', connectionId: connection.id_conexion, operationId }), () => onOperation(operationId));
  }

  if (undo.state === 'none') return null;
  if (undo.state !== 'possible') {
    return (
      <Text size="sm" c="dimmed">
        {undo.state === 'blocked' ? t('removal.undo_blocked', { id: undo.by }) : t('removal.undo_over')}
      </Text>
    );
  }
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        {t('removal.undo_left', { time: formats.duration(undo.leftMs) })}
      </Text>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} loading={work.isPending} disabled={connection.busy} onClick={putBack}>
        {t('removal.undo')}
      </Button>
    </Group>
  );
}

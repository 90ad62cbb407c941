// What may be done with a connection: correct its record, suspend, reactivate, remove, put back; nothing of it while an operation works on it.
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ConnectionDetail } from '@relevo/protocol';
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../../look/confirmation.tsx';
import { useTold } from '../../../look/told.ts';
import { useMay } from '../../session/permissions.ts';
import { UndoButton } from '../removal/undo-button.tsx';
import { newWorkId, useWork, type WorkKind } from '../removal/work-queries.ts';
import { ConnectionDialog } from './connection-dialog.tsx';

interface ConnectionActionsProps {
  connection: ConnectionDetail;
  onRemove: () => void;
  onOperation: (operationId: string) => void;
}

export function ConnectionActions({ connection, onRemove, onOperation }: ConnectionActionsProps) {
  const { t } = useTranslation();
  const mayWrite = useMay('isp:write');
  const mayRemove = useMay('isp:remove');
  const confirm = useConfirmation();
  const told = useTold();
  const work = useWork();
  const [isEditing, { open, close }] = useDisclosure(false);
  const { id_conexion, estado, cliente, busy } = connection;

  function begin(kind: WorkKind) {
    const operationId = newWorkId(kind);
    void told(work.mutateAsync({ kind, connectionId: id_conexion, operationId }, { onSuccess: () => onOperation(operationId) }));
  }

  function askToSuspend() {
    confirm({
      title: t('connections.suspend_title'),
      text: t('connections.suspend_text', { name: cliente }),
      action: t('connections.suspend'),
      onConfirm: () => begin('suspend'),
    });
  }

  if (estado === 'eliminada') return mayRemove && <UndoButton connection={connection} onOperation={onOperation} />;
  return (
    <>
      {busy && (
        <Text size="sm" c="dimmed">
          {t('connections.busy')}
        </Text>
      )}
      {mayWrite && (
        <Button variant="default" leftSection={<IconPencil size={16} />} disabled={busy} onClick={open}>
          {t('isp.edit')}
        </Button>
      )}
      {mayRemove && estado === 'activa' && (
        <Button variant="default" leftSection={<IconPlayerPause size={16} />} loading={work.isPending} disabled={busy} onClick={askToSuspend}>
          {t('connections.suspend')}
        </Button>
      )}
      {mayRemove && estado === 'suspendida' && (
        <Button variant="default" leftSection={<IconPlayerPlay size={16} />} loading={work.isPending} disabled={busy} onClick={() => begin('reactivate')}>
          {t('connections.reactivate')}
        </Button>
      )}
      {mayRemove && (
        <Button color="red" variant="light" leftSection={<IconTrash size={16} />} disabled={busy} onClick={onRemove}>
          {t('removal.title')}
        </Button>
      )}
      {isEditing && <ConnectionDialog connection={connection} onClose={close} />}
    </>
  );
}

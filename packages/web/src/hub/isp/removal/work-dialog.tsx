// The dialog of work on one connection: a removal from its preview to its end, or any other operation, watched. The operation stands in the
// address, so that a reload shows the same.
import { Modal } from '@mantine/core';
import { useOperation } from '@relevo/progress/react';
import type { ConnectionDetail } from '@relevo/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { RemovalPreview } from './removal-preview.tsx';
import { RemovalProgress } from './removal-progress.tsx';
import { WorkProgress } from './work-progress.tsx';
import { kindOfWork, newWorkId, useWork } from './work-queries.ts';

interface WorkDialogProps {
  connection: ConnectionDetail;
  /** Undefined: a removal that nobody confirmed yet. */
  operationId: string | undefined;
  /** Goes to another operation in the address; undefined: to the preview. */
  onOperation: (operationId: string | undefined) => void;
  onClose: () => void;
}

export function WorkDialog({ connection, operationId, onOperation, onClose }: WorkDialogProps) {
  const { t } = useTranslation();
  const kind = operationId === undefined ? undefined : kindOfWork(operationId);

  const work = useWork();
  const askToRemove = (id: string) => work.mutate({ kind: 'remove', connectionId: connection.id_conexion, operationId: id });

  function confirm() {
    const id = newWorkId('remove');
    askToRemove(id);
    onOperation(id);
  }

  function again() {
    work.reset();
    onOperation(undefined);
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={kind && kind !== 'remove' ? t(`removal.title_${kind}`) : t('removal.title')}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
      closeOnClickOutside={false}
    >
      {operationId === undefined && <RemovalPreview connection={connection} onConfirm={confirm} onClose={onClose} />}
      {operationId !== undefined && kind === 'remove' && (
        <RemovalProgress
          key={operationId}
          connection={connection}
          operationId={operationId}
          asked={work}
          onAsk={() => askToRemove(operationId)}
          onAgain={again}
          onOperation={onOperation}
          onClose={onClose}
        />
      )}
      {operationId !== undefined && kind !== 'remove' && (
        <WorkProgress key={operationId} connectionId={connection.id_conexion} operationId={operationId} onClose={onClose} />
      )}
      {operationId !== undefined && <RecordsFollow operationId={operationId} />}
    </Modal>
  );
}

/** The records are asked for anew when a step or the whole came to its end. */
function RecordsFollow({ operationId }: { operationId: string }) {
  const queryClient = useQueryClient();
  const { state, steps } = useOperation(operationId);
  const news = `${state} ${steps.map(({ status }) => status).join(' ')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the news is the reason to ask
  useEffect(() => void queryClient.invalidateQueries({ queryKey: ['isp', 'connections'] }), [news, queryClient]);
  return null;
}

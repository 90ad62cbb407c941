// The dialog of work on one connection: a removal from its preview to its end, or any other operation, watched. The operation stands in the
// address, so that a reload shows the same.
import { Modal } from '@mantine/core';
import { useOperation } from '@relevo/progress/react';
import type { ConnectionDetail } from '@relevo/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { newOperationId } from '../../operations/operation-id.ts';
import { RemovalPreview } from './removal-preview.tsx';
import { RemovalProgress } from './removal-progress.tsx';
import { rememberConfirmed } from './removal-runs.ts';
import { WorkProgress } from './work-progress.tsx';
import { kindOfWork } from './work-queries.ts';

/** The operations of removals begin so, as the ISP's back office has always named them. */
const removalPrefix = 'remove-config';

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

  function confirm() {
    const id = newOperationId(removalPrefix);
    rememberConfirmed(id);
    onOperation(id);
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={kind ? t(`removal.title_${kind}`) : t('removal.title')}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
      closeOnClickOutside={false}
    >
      {operationId === undefined && <RemovalPreview connection={connection} onConfirm={confirm} onClose={onClose} />}
      {operationId?.startsWith(removalPrefix) && (
        <RemovalProgress
          key={operationId}
          connection={connection}
          operationId={operationId}
          onAgain={() => onOperation(undefined)}
          onOperation={onOperation}
          onClose={onClose}
        />
      )}
      {operationId !== undefined && !operationId.startsWith(removalPrefix) && (
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

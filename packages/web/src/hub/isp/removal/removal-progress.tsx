// A removal as it moves: the three steps live, what failed and a button that tries only that again, the way to stop, and the end.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useOperation, useWatcher } from '@relevo/progress/react';
import { type ConnectionDetail, isEnded } from '@relevo/protocol';
import { IconCheck, IconPlayerPlay, IconPlayerStop, IconRefresh, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../look/error-text.ts';
import { noticeRefused } from '../../../look/notices.ts';
import { shownSteps } from './shown-steps.ts';
import { standstillOf } from './standstill.ts';
import { StepList } from './step-list.tsx';
import { UndoButton } from './undo-button.tsx';

/** The request for it, as this window made it last. */
interface Asked {
  isPending: boolean;
  isSuccess: boolean;
  error: unknown;
}

interface RemovalProgressProps {
  connection: ConnectionDetail;
  operationId: string;
  asked: Asked;
  /** Asks the hub for the removal, or for what is left of it. */
  onAsk: () => void;
  /** Looks again, from the beginning. */
  onAgain: () => void;
  onOperation: (operationId: string) => void;
  onClose: () => void;
}

export function RemovalProgress({ connection, operationId, asked, onAsk, onAgain, onOperation, onClose }: RemovalProgressProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const watcher = useWatcher();
  const { state, seq, steps: heard } = useOperation(operationId);
  const steps = shownSteps(heard);
  const isFinished = state === 'completed';
  const isOver = isEnded(state) && !isFinished;
  const isOpen = !isFinished && !isOver;
  const standstill = isOpen && seq > 0 && !asked.isPending ? standstillOf(heard, connection.busy || asked.isSuccess) : undefined;

  function stop() {
    if (watcher.stop(operationId) === 'refused') noticeRefused(t('operations.stop_refused'));
  }

  return (
    <Stack gap="md">
      <StepList
        steps={steps}
        below={({ step }) =>
          step === standstill?.step && (
            <Button mt="xs" size="xs" variant="light" leftSection={<IconRefresh size={14} />} onClick={onAsk}>
              {t('removal.retry_step')}
            </Button>
          )
        }
      />
      {isFinished && (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('removal.done', { ip: connection.direccion_ip })}
        </Alert>
      )}
      {isOver && (
        <Alert color="gray" icon={<IconPlayerStop />} role="status">
          {state === 'stopped' ? t('removal.stopped') : t('removal.ended')}
        </Alert>
      )}
      {isOpen && asked.error !== null && standstill?.step === undefined && (
        <Alert color="red" icon={<IconX />} role="alert">
          {textOf(asked.error)}
        </Alert>
      )}
      {isOpen && seq > 0 && !standstill && (
        <Text size="sm" c="dimmed">
          {t('removal.goes_on')}
        </Text>
      )}
      {standstill && standstill.step === undefined && (
        <StandsStill hasBegun={steps.some((step) => step.state !== 'pending')} onGoOn={onAsk} onAgain={onAgain} />
      )}
      <Group justify="flex-end" gap="sm">
        {isFinished && <UndoButton connection={connection} onOperation={onOperation} />}
        {isOver && (
          <>
            {steps.some((step) => step.state === 'completed') && <UndoButton connection={connection} onOperation={onOperation} />}
            <Button variant="light" onClick={onAgain}>
              {t('removal.again')}
            </Button>
          </>
        )}
        {isOpen && (
          <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} onClick={stop}>
            {t('operations.stop')}
          </Button>
        )}
        <Button variant={isFinished ? 'filled' : 'default'} onClick={onClose}>
          {isFinished ? t('actions.done') : t('actions.close')}
        </Button>
      </Group>
    </Stack>
  );
}

interface StandsStillProps {
  hasBegun: boolean;
  onGoOn: () => void;
  onAgain: () => void;
}

/** What was begun somewhere else, step by step, can be gone on with; what nobody has begun is looked at and confirmed like any other. */
function StandsStill({ hasBegun, onGoOn, onAgain }: StandsStillProps) {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{hasBegun ? t('removal.stands_still') : t('removal.not_confirmed')}</Text>
        <Button size="xs" {...(hasBegun && { leftSection: <IconPlayerPlay size={14} /> })} onClick={hasBegun ? onGoOn : onAgain}>
          {hasBegun ? t('removal.go_on') : t('removal.look_first')}
        </Button>
      </Group>
    </Alert>
  );
}

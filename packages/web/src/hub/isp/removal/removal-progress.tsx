// A removal as it moves: the three steps live, what failed and a button that tries only that again, the way to stop, and the end.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useOperation, useWatcher } from '@relevo/progress/react';
import { type ConnectionDetail, isEnded, type RemovalStep, removalSteps } from '@relevo/protocol';
import { IconCheck, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { noticeRefused } from '../../../look/notices.ts';
import { nextMove } from './next-move.ts';
import { useRemovalRun } from './removal-runs.ts';
import { shownSteps } from './shown-steps.ts';
import { type ListedStep, StepList } from './step-list.tsx';
import { UndoButton } from './undo-button.tsx';

interface RemovalProgressProps {
  connection: ConnectionDetail;
  operationId: string;
  /** Looks again, from the beginning. */
  onAgain: () => void;
  onOperation: (operationId: string) => void;
  onClose: () => void;
}

export function RemovalProgress({ connection, operationId, onAgain, onOperation, onClose }: RemovalProgressProps) {
  const { t } = useTranslation();
  const watcher = useWatcher();
  const live = useOperation(operationId);
  const [run, { answers, isOn }] = useRemovalRun(operationId, connection);
  const steps = shownSteps(live.steps, answers);
  const move = nextMove(live.steps, answers);
  const isFinished = move.kind === 'finish';
  const isOver = isEnded(live.state) && !isFinished;
  const isOpen = !isFinished && !isOver;

  function stop() {
    run.halt();
    if (watcher.stop(operationId) === 'refused') noticeRefused(t('operations.stop_refused'));
  }

  function retryButton({ step, state }: ListedStep) {
    if (!isOpen || state !== 'error' || move.kind !== 'halt' || move.step !== step || !isRemovalStep(step)) return null;
    return (
      <Button mt="xs" size="xs" variant="light" leftSection={<IconRefresh size={14} />} onClick={() => run.retry(step)}>
        {t('removal.retry_step')}
      </Button>
    );
  }

  return (
    <Stack gap="md">
      <StepList steps={steps} below={retryButton} />
      {isFinished && (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('removal.done', { ip: connection.direccion_ip })}
        </Alert>
      )}
      {isOver && (
        <Alert color="gray" icon={<IconPlayerStop />} role="status">
          {live.state === 'stopped' ? t('removal.stopped') : t('removal.ended')}
        </Alert>
      )}
      {isOpen && isOn && (
        <Text size="sm" c="dimmed">
          {t('removal.goes_on')}
        </Text>
      )}
      {isOpen && !isOn && move.kind !== 'halt' && live.seq > 0 && (
        <StandsStill hasBegun={steps.some(({ state }) => state !== 'pending')} onResume={() => run.resume()} onAgain={onAgain} />
      )}
      <Group justify="flex-end" gap="sm">
        {isFinished && <UndoButton connection={connection} onOperation={onOperation} />}
        {isOver && (
          <>
            {steps.some(({ state }) => state === 'completed') && <UndoButton connection={connection} onOperation={onOperation} />}
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
  onResume: () => void;
  onAgain: () => void;
}

/** What was begun somewhere else can be gone on with; what nobody has begun is looked at and confirmed like any other. */
function StandsStill({ hasBegun, onResume, onAgain }: StandsStillProps) {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{hasBegun ? t('removal.stands_still') : t('removal.not_confirmed')}</Text>
        <Button size="xs" {...(hasBegun && { leftSection: <IconPlayerPlay size={14} /> })} onClick={hasBegun ? onResume : onAgain}>
          {hasBegun ? t('removal.go_on') : t('removal.look_first')}
        </Button>
      </Group>
    </Alert>
  );
}

function isRemovalStep(step: string): step is RemovalStep {
  return removalSteps.some((name) => name === step);
}

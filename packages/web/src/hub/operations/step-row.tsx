// One step of the timeline: where it stands, how long it took, and, opened, all that it said.
import { Box, Collapse, Group, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { stateOfStep } from '@relevo/progress/watch';
import type { OperationState } from '@relevo/protocol';
import { IconCheck, IconChevronRight, IconClock, IconPlayerStop, IconProgress, IconX } from '@tabler/icons-react';
import { memo, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Measures } from '../../look/measures.tsx';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { ConnectionOfStep } from '../isp/connections/connection-of-step.tsx';
import { Elapsed } from './elapsed.tsx';
import type { ShownStep } from './merged-operation.ts';
import { stateColors } from './operation-state.tsx';
import { StepLog } from './step-log.tsx';

const signs: Record<OperationState, ReactNode> = {
  pending: <IconClock size={16} />,
  // It does not turn: a screenful of them would keep the browser painting.
  in_progress: <IconProgress size={16} />,
  completed: <IconCheck size={16} />,
  error: <IconX size={16} />,
  stopped: <IconPlayerStop size={16} />,
};

interface StepRowProps {
  step: ShownStep;
  name: string;
  operationId: string;
  userId: number;
  isOpened: boolean;
  onToggle: (step: string, isOpened: boolean) => void;
}

/** Shown anew only when its own step changed. */
export const StepRow = memo(function StepRow({ step, name, operationId, userId, isOpened, onToggle }: StepRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const panel = useId();
  const { message, progress, timestamp, bytes, total_bytes, rate, eta_ms, bound_by, started_at, ended_at } = step;
  const state = stateOfStep(step);
  const isMoving = state === 'in_progress';
  return (
    <div data-step={step.step} data-status={state} className="relevo-step">
      <Group gap="sm" wrap="nowrap" align="center" px="md" py={10} className="relevo-step-head">
        <UnstyledButton
          onClick={() => onToggle(step.step, !isOpened)}
          aria-expanded={isOpened}
          aria-controls={panel}
          flex={1}
          miw={0}
          className="relevo-step-button"
        >
          <Group gap="sm" wrap="nowrap">
            <IconChevronRight size={16} aria-hidden className="relevo-step-arrow" data-opened={isOpened || undefined} />
            <ThemeIcon variant="light" radius="xl" size={28} color={stateColors[state]} aria-hidden>
              {signs[state]}
            </ThemeIcon>
            <Box flex={1} miw={0}>
              <Text fw={600} size="sm" lineClamp={2}>
                <Name>{name}</Name>
                <span className="relevo-unseen">{`, ${t(`operations.step_state_${state}`)}`}</span>
              </Text>
              <Text size="sm" c={state === 'error' ? 'red' : 'dimmed'} mih={20} lineClamp={isOpened ? 4 : state === 'error' ? 2 : 1} dir="auto">
                {message}
              </Text>
            </Box>
          </Group>
        </UnstyledButton>
        <Box w={{ base: '100%', xs: 150, sm: 190 }} flex="none" className="relevo-step-progress">
          <ProgressLine label={name} value={progress} color={stateColors[state]} isMoving={isMoving} />
        </Box>
        <Text size="xs" c="dimmed" w={84} ta="end" flex="none" visibleFrom="xs" title={started_at === null ? undefined : formats.dateTime(started_at)}>
          {started_at === null ? state !== 'pending' && formats.time(timestamp) : <Elapsed from={started_at} to={ended_at} />}
        </Text>
      </Group>
      <Collapse expanded={isOpened} transitionDuration={120}>
        <Box id={panel} className="relevo-step-panel">
          <ConnectionOfStep step={step.step} />
          <Measures bytes={bytes} totalBytes={total_bytes} {...(isMoving && { rate, etaMs: eta_ms, boundBy: bound_by })} />
          {isOpened && <StepLog operationId={operationId} userId={userId} step={step} />}
        </Box>
      </Collapse>
    </div>
  );
});

// The steps of work on a connection as they move: what each says, how far it is, and what can be done about one that failed.
import { Box, Group, Loader, Stack, Text, ThemeIcon } from '@mantine/core';
import { progressLabels } from '@relevo/progress/react';
import type { OperationState } from '@relevo/protocol';
import { IconCheck, IconClock, IconPlayerStop, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePageLanguage } from '../../../language/language.ts';
import { ProgressLine } from '../../../look/progress-line.tsx';
import { stateColors } from '../../operations/operation-state.tsx';
import { useStepName } from './step-name.ts';

export interface ListedStep {
  step: string;
  state: OperationState;
  message: string;
  /** 0 to 100; null when nobody can tell. */
  progress: number | null;
}

interface StepListProps {
  steps: readonly ListedStep[];
  /** Stands under a step, as the button that tries it again. */
  below?: (step: ListedStep) => ReactNode;
}

const signs: Record<OperationState, ReactNode> = {
  pending: <IconClock size={18} />,
  in_progress: <Loader size={16} color="relay" />,
  completed: <IconCheck size={18} />,
  error: <IconX size={18} />,
  stopped: <IconPlayerStop size={18} />,
};

export function StepList({ steps, below }: StepListProps) {
  const { t } = useTranslation();
  // A step is not spoken of as an operation is, in Spanish.
  const { states } = progressLabels[usePageLanguage()];
  const nameOf = useStepName();
  return (
    <Stack component="ol" gap="md" m={0} p={0} className="relevo-list" aria-label={t('operations.steps')}>
      {steps.map((step) => (
        <Group key={step.step} component="li" align="flex-start" wrap="nowrap" gap="md" data-step={step.step} data-status={step.state}>
          <ThemeIcon variant="light" radius="xl" size={34} color={stateColors[step.state]} aria-hidden>
            {signs[step.state]}
          </ThemeIcon>
          <Box flex={1} miw={0}>
            <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
              <Text fw={600} size="sm">
                {nameOf(step.step)}
              </Text>
              <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                {states[step.state]}
              </Text>
            </Group>
            <Text size="sm" c={step.state === 'error' ? 'red' : 'dimmed'} mih={22} role={step.state === 'error' ? 'alert' : undefined}>
              {step.message}
            </Text>
            <Box mt={4}>
              <ProgressLine label={nameOf(step.step)} value={step.progress} color={stateColors[step.state]} isMoving={step.state === 'in_progress'} />
            </Box>
            {below?.(step)}
          </Box>
        </Group>
      ))}
    </Stack>
  );
}

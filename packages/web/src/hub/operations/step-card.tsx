// One step as it happens: where it stands, what it says, how much, how fast, how long still.
import { Box, Group, Loader, Text, ThemeIcon } from '@mantine/core';
import { stateOfStep } from '@relevo/progress/watch';
import type { OperationState } from '@relevo/protocol';
import { IconCheck, IconClock, IconPlayerStop, IconX } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Measures } from '../../look/measures.tsx';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { Surface } from '../../look/surface.tsx';
import type { ShownStep } from './merged-operation.ts';
import { stateColors } from './operation-state.tsx';

const signs: Record<OperationState, ReactNode> = {
  pending: <IconClock size={18} />,
  in_progress: <Loader size={16} color="relay" />,
  completed: <IconCheck size={18} />,
  error: <IconX size={18} />,
  stopped: <IconPlayerStop size={18} />,
};

/** Shown anew only when its own step changed. */
export const StepCard = memo(function StepCard({ step, name }: { step: ShownStep; name: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { message, progress, timestamp, bytes, total_bytes, rate, eta_ms } = step;
  const state = stateOfStep(step);
  const isMoving = state === 'in_progress';
  return (
    <Surface component="li" p="md" data-step={step.step} data-status={state}>
      <Group align="flex-start" wrap="nowrap" gap="md">
        <ThemeIcon variant="light" radius="xl" size={34} color={stateColors[state]} aria-hidden>
          {signs[state]}
        </ThemeIcon>
        <Box flex={1} miw={0}>
          <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
            <Text fw={600} size="sm">
              <Name>{name}</Name>
            </Text>
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }} title={formats.dateTime(timestamp)}>
              {t(`operations.state_${state}`)} · {formats.time(timestamp)}
            </Text>
          </Group>
          <Text size="sm" c={state === 'error' ? 'red' : 'dimmed'} mih={22} role={state === 'error' ? 'alert' : undefined} dir="auto">
            {message}
          </Text>
          <Box mt={6}>
            <ProgressLine label={name} value={progress} color={stateColors[state]} isMoving={isMoving} />
          </Box>
          <Box mt={4}>
            <Measures bytes={bytes} totalBytes={total_bytes} rate={isMoving ? rate : undefined} etaMs={isMoving ? eta_ms : undefined} />
          </Box>
        </Box>
      </Group>
    </Surface>
  );
});

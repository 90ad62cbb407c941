// The state of an operation or a step: a colour, a sign and a word.
import { Badge, type MantineColor } from '@mantine/core';
import type { OperationState } from '@relevo/protocol';
import { IconCheck, IconClock, IconPlayerStop, IconProgress, IconX } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export const stateColors: Record<OperationState, MantineColor> = { pending: 'gray', in_progress: 'relay', completed: 'teal', error: 'red', stopped: 'gray' };

const signs: Record<OperationState, ReactNode> = {
  pending: <IconClock size={14} />,
  // It does not turn: a screenful of them would keep the browser painting.
  in_progress: <IconProgress size={14} />,
  completed: <IconCheck size={14} />,
  error: <IconX size={14} />,
  stopped: <IconPlayerStop size={14} />,
};

/** Remembered: around it percentages move, and it stands. */
export const OperationStateBadge = memo(function OperationStateBadge({ state }: { state: OperationState }) {
  const { t } = useTranslation();
  return (
    <Badge color={stateColors[state]} leftSection={signs[state]} tt="none" size="lg" radius="sm" fw={500}>
      {t(`operations.state_${state}`)}
    </Badge>
  );
});

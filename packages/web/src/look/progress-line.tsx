// A progress bar with its percentage; striped when nobody can tell how far it is.
import { Group, type MantineColor, Progress, Text } from '@mantine/core';
import { useFormats } from '../language/formats.ts';

export interface ProgressLineProps {
  label: string;
  /** 0 to 100; null when nobody can tell. */
  value: number | null;
  color?: MantineColor;
  isMoving?: boolean;
  /** False where many move at once: a bar that glides is laid out anew at every frame. */
  isGliding?: boolean;
}

export function ProgressLine({ label, value, color = 'relay', isMoving = false, isGliding = true }: ProgressLineProps) {
  const formats = useFormats();
  const isUnknown = value === null && isMoving;
  return (
    <Group gap="sm" wrap="nowrap">
      <Progress.Root flex={1} size="md" radius="xl" transitionDuration={isGliding ? 120 : 0}>
        <Progress.Section
          value={isUnknown ? 100 : (value ?? 0)}
          color={color}
          striped={isUnknown}
          animated={isUnknown}
          aria-label={label}
          {...(value === null && { 'aria-valuenow': undefined })}
        />
      </Progress.Root>
      <Text size="sm" w="3.2em" ta="end" c="dimmed">
        {value === null ? '–' : formats.percent(value)}
      </Text>
    </Group>
  );
}

// The mark and the word.
import { Group, Text } from '@mantine/core';
import mark from './relevo.svg';

export function Brand({ suffix }: { suffix?: string }) {
  return (
    <Group gap={10} wrap="nowrap">
      <img src={mark} width={28} height={28} alt="" />
      <Text fw={650} fz="lg" lh={1}>
        Relevo
      </Text>
      {suffix && (
        <Text c="dimmed" fz="sm" lh={1}>
          {suffix}
        </Text>
      )}
    </Group>
  );
}

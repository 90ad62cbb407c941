// A value of a record beside its name, or a dash where there is none.
import { Text } from '@mantine/core';
import { Name } from '../../look/name.tsx';

export function Quiet({ text }: { text: string | null }) {
  return (
    <Text size="sm" c="dimmed" truncate>
      {text === null ? '–' : <Name>{text}</Name>}
    </Text>
  );
}

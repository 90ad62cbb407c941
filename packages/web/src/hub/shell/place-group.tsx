// Places of the navigation that belong together, under their name.
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

export function PlaceGroup({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={2}>
        {name}
      </Text>
      {children}
    </>
  );
}

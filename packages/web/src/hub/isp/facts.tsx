// What is known of one thing, as names and values.
import { Box, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Surface } from '../../look/surface.tsx';

interface Fact {
  name: string;
  value: ReactNode;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <Surface p="md">
      <SimpleGrid component="dl" m={0} cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="sm">
        {facts.map(({ name, value }) => (
          <Box key={name} miw={0}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0} className="relevo-name">
              {value ?? '–'}
            </Text>
          </Box>
        ))}
      </SimpleGrid>
    </Surface>
  );
}

// One part of the account: what it is at the left, what can be done at the right; below each other on a phone.
import { Box, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { Surface } from '../../look/surface.tsx';

interface AccountSectionProps {
  title: string;
  text: string;
  /** Beside the title: how it stands now. */
  state?: ReactNode;
  children: ReactNode;
}

export function AccountSection({ title, text, state, children }: AccountSectionProps) {
  const id = useId();
  return (
    <Surface p="lg">
      <SimpleGrid component="section" aria-labelledby={id} cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="md">
        <Stack gap={6} maw={420}>
          <Group gap="sm">
            <Title order={2} fz="1.05rem" id={id}>
              {title}
            </Title>
            {state}
          </Group>
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        </Stack>
        <Box miw={0}>{children}</Box>
      </SimpleGrid>
    </Surface>
  );
}

// The agents as cards: more of each at a glance, for few of them.
import { Group, SimpleGrid, Stack } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { useTranslation } from 'react-i18next';
import { Surface } from '../../look/surface.tsx';
import { AgentActions, AgentName, Platform, Since } from './agent-cells.tsx';
import { AgentState } from './agent-state.tsx';

/** More than this are a table. */
export const cardsMax = 200;

export function AgentCards({ agents }: { agents: readonly AgentResource[] }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid component="ul" aria-label={t('navigation.agents')} cols={{ base: 1, md: 2, xl: 3 }} spacing="md" p={0} m={0} className="relevo-plain-list">
      {agents.map((agent) => (
        <Surface key={agent.id} component="li" p="md">
          <Stack gap="xs">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <div>
                <AgentName agent={agent} />
              </div>
              <AgentActions agent={agent} />
            </Group>
            <Group justify="space-between" align="flex-start">
              <AgentState status={agent.status} />
              <div>
                <Since agent={agent} />
              </div>
            </Group>
            <Platform agent={agent} />
          </Stack>
        </Surface>
      ))}
    </SimpleGrid>
  );
}

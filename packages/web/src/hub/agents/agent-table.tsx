// The list of agents with what can be done to each.
import { Badge, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../look/error-text.ts';
import { Name } from '../../look/name.tsx';
import { noticeRefused } from '../../look/notices.ts';
import { RelativeTime } from '../../look/relative-time.tsx';
import { useMe } from '../session/session.ts';
import { AgentMenu } from './agent-menu.tsx';
import { useChangeAgent } from './agent-queries.ts';
import { AgentState } from './agent-state.tsx';

export function AgentTable({ agents }: { agents: readonly AgentResource[] }) {
  const { t } = useTranslation();
  return (
    <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t('navigation.agents')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('agents.name')}</Table.Th>
          <Table.Th w={150}>{t('agents.status')}</Table.Th>
          <Table.Th visibleFrom="md" w={150}>
            {t('agents.last_seen')}
          </Table.Th>
          <Table.Th visibleFrom="lg">{t('agents.platform')}</Table.Th>
          <Table.Th w={{ base: 60, sm: 150 }}>
            <VisuallyHidden>{t('actions.title')}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {agents.map((agent) => (
          <AgentRow key={agent.id} agent={agent} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function AgentRow({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const textOf = useErrorText();
  const change = useChangeAgent();
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Link to="/agents/$agentId" params={{ agentId: agent.id }} className="relevo-row-link">
            <Text size="sm" fw={500} className="relevo-row-title">
              <Name>{agent.name}</Name>
            </Text>
          </Link>
          {agent.labels.map((label) => (
            <Badge key={label} size="sm" color="gray" tt="none">
              {label}
            </Badge>
          ))}
        </Group>
        {agent.tasks_waiting > 0 && (
          <Text size="xs" c="dimmed">
            {t('agents.tasks', { count: agent.tasks_waiting })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <AgentState status={agent.status} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm" c="dimmed">
          {agent.last_seen_at ? <RelativeTime iso={agent.last_seen_at} /> : t('agents.never')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Text size="sm" c="dimmed">
          {agent.platform} · {agent.version}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {role === 'admin' && agent.status === 'pending' && (
            <Button
              size="compact-sm"
              loading={change.isPending}
              onClick={() => change.mutate({ id: agent.id, status: 'approved' }, { onError: (error) => noticeRefused(textOf(error)) })}
              aria-label={t('agents.approve_named', { name: agent.name })}
            >
              {t('agents.approve')}
            </Button>
          )}
          {role === 'admin' && agent.status !== 'revoked' && <AgentMenu agent={agent} />}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

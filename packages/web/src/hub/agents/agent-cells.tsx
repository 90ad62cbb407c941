// What is shown of one agent, in a row as on a card.
import { Badge, Button, Group, Text } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Name } from '../../look/name.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { useTold } from '../../look/told.ts';
import { useMe } from '../session/session.ts';
import { AgentMenu } from './agent-menu.tsx';
import { useChangeAgent } from './agent-queries.ts';
import { useEndText } from './session-end.ts';

export function AgentName({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  return (
    <>
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
    </>
  );
}

/** Since when it is there, or is not and why. */
export function Since({ agent: { status, since, last_seen_at, offline_code } }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const endText = useEndText();
  const iso = since ?? last_seen_at;
  return (
    <>
      <Text size="sm" c="dimmed">
        {iso ? <RelativeTime iso={iso} /> : t('agents.never')}
      </Text>
      {status === 'offline' && iso && (
        <Text size="xs" c="dimmed" truncate="end" title={endText(offline_code)}>
          {endText(offline_code)}
        </Text>
      )}
    </>
  );
}

export function Platform({ agent: { platform, version } }: { agent: AgentResource }) {
  return (
    <Text size="sm" c="dimmed">
      {platform} · {version}
    </Text>
  );
}

export function AgentActions({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const told = useTold();
  const change = useChangeAgent();
  if (role !== 'admin') return null;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {agent.status === 'pending' && (
        <Button
          size="compact-sm"
          loading={change.isPending}
          onClick={() => void told(change.mutateAsync({ id: agent.id, status: 'approved' }))}
          aria-label={t('agents.approve_named', { name: agent.name })}
        >
          {t('agents.approve')}
        </Button>
      )}
      {agent.status !== 'revoked' && <AgentMenu agent={agent} />}
    </Group>
  );
}

// One agent: what it is, and the files it holds.
import { Anchor, Badge, Group, Text } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { IconArrowLeft, IconServerOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { useMe } from '../session/session.ts';
import { AgentMenu } from './agent-menu.tsx';
import { agentsQuery } from './agent-queries.ts';
import { AgentState } from './agent-state.tsx';
import { FilesHeld } from './files-held.tsx';

export function AgentPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  const { agentId } = useParams({ from: '/agents/$agentId' });
  const { data, error, isPending, refetch } = useQuery(agentsQuery);
  const agent = data?.find(({ id }) => id === agentId);
  const back = (
    <Anchor component={Link} to="/agents" size="sm" className="relevo-back">
      <Group gap={4}>
        <IconArrowLeft size={14} aria-hidden />
        {t('navigation.agents')}
      </Group>
    </Anchor>
  );
  if (isPending) return <LoadingRows />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!agent) {
    return (
      <Empty icon={<IconServerOff />} title={t('agents.unknown')}>
        {back}
      </Empty>
    );
  }
  return (
    <>
      {back}
      <Page
        title={agent.name}
        description={<AgentFacts agent={agent} />}
        actions={role === 'admin' && agent.status !== 'revoked' && <AgentMenu agent={agent} />}
      >
        <Text component="h2" fw={600} fz="md">
          {t('agents.files_held')}
        </Text>
        <FilesHeld agent={agent} />
      </Page>
    </>
  );
}

function AgentFacts({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  return (
    <Group gap="md" mt={6}>
      <AgentState status={agent.status} />
      <span>
        {agent.platform} · {agent.version}
      </span>
      <span>
        {t('agents.last_seen')}: {agent.last_seen_at ? <RelativeTime iso={agent.last_seen_at} /> : t('agents.never')}
      </span>
      {agent.tasks_waiting > 0 && <span>{t('agents.tasks', { count: agent.tasks_waiting })}</span>}
      {agent.labels.map((label) => (
        <Badge key={label} size="sm" color="gray" tt="none">
          {label}
        </Badge>
      ))}
    </Group>
  );
}

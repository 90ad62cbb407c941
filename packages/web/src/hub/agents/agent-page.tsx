// One agent: what it is, the files it holds, its work, and how well it is connected.
import { Badge, Group, Tabs, Text } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { IconServerOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Page } from '../../look/page.tsx';
import { useNow } from '../../look/relative-time.tsx';
import { useMe } from '../session/session.ts';
import { OneThing } from '../shell/one-thing.tsx';
import { AgentMenu } from './agent-menu.tsx';
import { agentsQuery } from './agent-queries.ts';
import { AgentState } from './agent-state.tsx';
import { AgentHistory, WaitingTasks } from './agent-tasks.tsx';
import { FilesHeld } from './files-held.tsx';
import { PresenceCard } from './presence-bar.tsx';
import { useEndText } from './session-end.ts';

/** How often the time since when it is there is told anew. */
const refreshMs = 5_000;

export function AgentPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  const formats = useFormats();
  const { agentId } = useParams({ from: '/agents/$agentId' });
  const query = useQuery(agentsQuery);
  return (
    <OneThing
      back={{ to: '/agents', label: t('navigation.agents') }}
      query={query}
      thing={query.data?.find(({ id }) => id === agentId)}
      unknown={{ icon: <IconServerOff />, title: t('agents.unknown') }}
    >
      {(agent) => (
        <Page
          title={agent.name}
          description={<AgentFacts agent={agent} />}
          actions={role === 'admin' && agent.status !== 'revoked' && <AgentMenu agent={agent} />}
        >
          <Tabs defaultValue="files" keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="files">{t('agents.files_held')}</Tabs.Tab>
              <Tabs.Tab value="tasks" rightSection={agent.tasks_waiting > 0 && <Badge size="sm">{formats.number(agent.tasks_waiting)}</Badge>}>
                {t('agents.tasks_title')}
              </Tabs.Tab>
              <Tabs.Tab value="history">{t('agents.history')}</Tabs.Tab>
              <Tabs.Tab value="connection">{t('agents.connection')}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="files">
              <FilesHeld agent={agent} />
            </Tabs.Panel>
            <Tabs.Panel value="tasks">
              <WaitingTasks agent={agent} />
            </Tabs.Panel>
            <Tabs.Panel value="history">
              <AgentHistory agent={agent} />
            </Tabs.Panel>
            <Tabs.Panel value="connection">
              <PresenceCard agent={agent} />
            </Tabs.Panel>
          </Tabs>
        </Page>
      )}
    </OneThing>
  );
}

function AgentFacts({ agent }: { agent: AgentResource }) {
  return (
    <Group gap="md" mt={6}>
      <AgentState status={agent.status} />
      <span>
        {agent.platform} · {agent.version}
      </span>
      <Since agent={agent} />
      {agent.labels.map((label) => (
        <Badge key={label} size="sm" color="gray" tt="none">
          {label}
        </Badge>
      ))}
    </Group>
  );
}

/** Since when it is there; or since when it is not, and why. */
function Since({ agent: { status, since, last_seen_at, offline_code } }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow(refreshMs);
  const endText = useEndText();
  if (status === 'pending' || status === 'revoked') return null;
  const iso = since ?? last_seen_at;
  if (iso === null) return <span>{t('agents.never_came')}</span>;
  return (
    <Text inherit span>
      <time dateTime={iso} title={formats.dateTime(iso)}>
        {t('agents.for', { time: formats.duration(Math.max(0, now - Date.parse(iso))) })}
      </time>
      {status === 'offline' && ` · ${endText(offline_code)}`}
    </Text>
  );
}

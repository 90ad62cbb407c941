// One agent: what it is, and the files it holds.
import { Anchor, Badge, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import type { AgentResource, HeldFile } from '@relevo/protocol';
import { IconArrowLeft, IconFiles, IconServerOff, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { useConfirmation } from '../../look/confirmation.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { Name } from '../../look/name.tsx';
import { noticeRefused } from '../../look/notices.ts';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { useMe } from '../session/session.ts';
import { AgentMenu } from './agent-menu.tsx';
import { agentFilesQuery, agentsQuery, useDeleteOnAgent } from './agent-queries.ts';
import { AgentState } from './agent-state.tsx';

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
        <Surface style={{ overflow: 'hidden' }}>
          <FilesHeld agent={agent} />
        </Surface>
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

function FilesHeld({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(agentFilesQuery(agent.id));
  if (isPending) return <LoadingRows rows={3} />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) return <Empty icon={<IconFiles />} title={t('agents.holds_none')} text={t('agents.holds_none_text')} />;
  return (
    <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t('agents.files_held')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('files.name')}</Table.Th>
          <Table.Th w={110}>{t('files.size')}</Table.Th>
          <Table.Th w={160} visibleFrom="sm">
            {t('files.received')}
          </Table.Th>
          <Table.Th w={120}>
            <VisuallyHidden>{t('actions.title')}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.map((file) => (
          <HeldRow key={file.name} agent={agent} file={file} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function HeldRow({ agent, file }: { agent: AgentResource; file: HeldFile }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const navigate = useNavigate();
  const deletion = useDeleteOnAgent(agent.id);

  function askToDelete() {
    confirm({
      title: t('agents.delete_title'),
      text: t('agents.delete_text', { name: file.name, agent: agent.name }),
      action: t('actions.delete'),
      onConfirm: () =>
        deletion.mutate(file.name, {
          onSuccess: ({ operation_id }) => void navigate({ to: '/operations/$operationId', params: { operationId: operation_id } }),
          onError: (error) => noticeRefused(textOf(error)),
        }),
    });
  }

  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          <Name>{file.name}</Name>
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
          {formats.bytes(file.size)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" c="dimmed">
          <RelativeTime iso={file.received_at} />
        </Text>
      </Table.Td>
      <Table.Td ta="end">
        {agent.status !== 'revoked' && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={14} />}
            loading={deletion.isPending}
            onClick={askToDelete}
            aria-label={t('files.delete_named', { name: file.name })}
          >
            {t('actions.delete')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

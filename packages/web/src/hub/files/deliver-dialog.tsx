// Chooses who gets a file: agents by name, or everybody with a label.
import { Alert, Box, Button, Checkbox, Chip, Group, Modal, ScrollArea, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import type { AgentResource, FileResource } from '@relevo/protocol';
import { IconAlertCircle, IconSearch, IconSend, IconServer2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { useErrorText } from '../../look/error-text.ts';
import { Name } from '../../look/name.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { agentsQuery, takesFiles } from '../agents/agent-queries.ts';
import { AgentState } from '../agents/agent-state.tsx';
import { newOperationId } from '../operations/operation-id.ts';
import { useDeliver } from './file-queries.ts';

export function DeliverDialog({ file, onClose }: { file: FileResource; onClose: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Modal opened onClose={onClose} size="lg" title={t('deliver.title')} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <Stack gap="md">
        <Text size="sm">
          <Text span fw={600}>
            <Name>{file.name}</Name>
          </Text>{' '}
          <Text span c="dimmed">
            {formats.bytes(file.size)}
          </Text>
        </Text>
        <Receivers file={file} onClose={onClose} />
      </Stack>
    </Modal>
  );
}

function Receivers({ file, onClose }: { file: FileResource; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const navigate = useNavigate();
  const deliver = useDeliver();
  const { data, error, isPending, refetch } = useQuery(agentsQuery);
  const [operationId] = useState(() => newOperationId('delivery'));
  const [by, setBy] = useState<'agents' | 'labels'>('agents');
  const [agentIds, setAgentIds] = useState<string[]>([]);
  const [labels, setLabels] = useState<string[]>([]);

  if (isPending) return <LoadingRows rows={3} />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  const agents = data.filter(takesFiles);
  if (agents.length === 0) return <Empty icon={<IconServer2 />} title={t('deliver.no_agents')} text={t('deliver.no_agents_text')} />;
  const knownLabels = [...new Set(agents.flatMap((agent) => agent.labels))].sort();
  const reached =
    by === 'agents' ? agents.filter(({ id }) => agentIds.includes(id)) : agents.filter((agent) => agent.labels.some((label) => labels.includes(label)));
  const away = reached.filter(({ status }) => status === 'offline').length;

  function send() {
    const to = by === 'agents' ? { agent_ids: reached.map(({ id }) => id) } : { labels };
    deliver.mutate(
      { operationId, fileId: file.id, to },
      {
        onSuccess: ({ operation_id }) => {
          onClose();
          void navigate({ to: '/operations/$operationId', params: { operationId: operation_id } });
        },
      },
    );
  }

  return (
    <Stack gap="md">
      {knownLabels.length > 0 && (
        <SegmentedControl
          value={by}
          onChange={(value) => setBy(value === 'labels' ? 'labels' : 'agents')}
          data={[
            { value: 'agents', label: t('deliver.by_agents') },
            { value: 'labels', label: t('deliver.by_labels') },
          ]}
          aria-label={t('deliver.by')}
        />
      )}
      {by === 'agents' ? (
        <AgentChoice agents={agents} value={agentIds} onChange={setAgentIds} />
      ) : (
        <Chip.Group multiple value={labels} onChange={setLabels}>
          <Group gap="xs">
            {knownLabels.map((label) => (
              <Chip key={label} value={label}>
                {label}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      {deliver.error && (
        <Alert color="red" icon={<IconAlertCircle />} role="alert">
          {textOf(deliver.error)}
        </Alert>
      )}
      <Group justify="space-between" mih={36}>
        <Text size="sm" c="dimmed" role="status">
          {reached.length > 0 && t('deliver.chosen', { count: reached.length })}
          {away > 0 && ` · ${t('deliver.away', { count: away })}`}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('actions.cancel')}
          </Button>
          <Button leftSection={<IconSend size={16} />} disabled={reached.length === 0} loading={deliver.isPending} onClick={send}>
            {t('deliver.send')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** How many agents fit without a search. */
const searchFrom = 8;

function AgentChoice({ agents, value, onChange }: { agents: readonly AgentResource[]; value: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const shown = agents.filter(({ name }) => name.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase()));
  const isAll = shown.length > 0 && shown.every(({ id }) => value.includes(id));
  const isSome = shown.some(({ id }) => value.includes(id));

  function toggleAll() {
    const ids = shown.map(({ id }) => id);
    onChange(isAll ? value.filter((id) => !ids.includes(id)) : [...new Set([...value, ...ids])]);
  }

  return (
    <Stack gap="xs">
      {agents.length >= searchFrom && (
        <TextInput
          type="search"
          size="sm"
          aria-label={t('deliver.search')}
          placeholder={t('deliver.search')}
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {agents.length > 1 && <Checkbox label={t('deliver.all')} checked={isAll} indeterminate={isSome && !isAll} onChange={toggleAll} px="sm" />}
      <ScrollArea.Autosize mah={280} type="auto">
        <Checkbox.Group value={value} onChange={onChange} aria-label={t('deliver.by_agents')}>
          <Stack gap={6}>
            {shown.map((agent) => (
              <Checkbox.Card key={agent.id} value={agent.id} px="sm" py={8} aria-label={agent.name}>
                <Group wrap="nowrap" gap="sm">
                  <Checkbox.Indicator />
                  <Box flex={1} miw={0}>
                    <Text size="sm" fw={500} truncate>
                      <Name>{agent.name}</Name>
                    </Text>
                    {agent.status === 'offline' && (
                      <Text size="xs" c="dimmed">
                        {t('deliver.when_it_returns')}
                      </Text>
                    )}
                  </Box>
                  <AgentState status={agent.status} />
                </Group>
              </Checkbox.Card>
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
    </Stack>
  );
}

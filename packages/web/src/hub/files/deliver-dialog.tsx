// Chooses who gets a file: agents by name, or everybody with a label.
import { Box, Checkbox, Chip, Group, Modal, ScrollArea, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import type { AgentResource, FileResource } from '@relevo/protocol';
import { IconSearch, IconSend, IconServer2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { FormDialog } from '../../look/form-dialog.tsx';
import { Name } from '../../look/name.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { agentsQuery, takesFiles } from '../agents/agent-queries.ts';
import { AgentState } from '../agents/agent-state.tsx';
import { newOperationId } from '../operations/operation-id.ts';
import { useDeliver } from './file-queries.ts';

/** Sends one file or several, each as a delivery of its own. */
export function DeliverDialog({ files, onClose }: { files: readonly FileResource[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(agentsQuery);
  const agents = data?.filter(takesFiles) ?? [];
  if (agents.length > 0) return <Receivers files={files} agents={agents} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} size="lg" title={t('deliver.title')} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      {isPending && <LoadingRows rows={3} />}
      {!isPending && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data && <Empty icon={<IconServer2 />} title={t('deliver.no_agents')} text={t('deliver.no_agents_text')} />}
    </Modal>
  );
}

interface ReceiversProps {
  files: readonly FileResource[];
  agents: readonly AgentResource[];
  onClose: () => void;
}

function Receivers({ files, agents, onClose }: ReceiversProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const deliver = useDeliver();
  const [operationIds] = useState(() => new Map(files.map(({ id }) => [id, newOperationId('delivery')])));
  const [by, setBy] = useState<'agents' | 'labels'>('agents');
  const [agentIds, setAgentIds] = useState<string[]>([]);
  const [labels, setLabels] = useState<string[]>([]);
  const knownLabels = [...new Set(agents.flatMap((agent) => agent.labels))].sort();
  const hasAllLabels = (agent: AgentResource) => labels.length > 0 && labels.every((label) => agent.labels.includes(label));
  const reached = by === 'agents' ? agents.filter(({ id }) => agentIds.includes(id)) : agents.filter(hasAllLabels);
  const away = reached.filter(({ status }) => status === 'offline').length;

  function send() {
    const to = by === 'agents' ? { agent_ids: reached.map(({ id }) => id) } : { labels };
    return deliver.mutateAsync(
      { files, operationIdOf: ({ id }) => operationIds.get(id) ?? newOperationId('delivery'), to },
      {
        onSuccess: ([first, ...more]) => {
          if (first !== undefined && more.length === 0) void navigate({ to: '/operations/$operationId', params: { operationId: first } });
          else void navigate({ to: '/operations' });
        },
      },
    );
  }

  return (
    <FormDialog
      title={t('deliver.title')}
      size="lg"
      submit={t('deliver.send')}
      submitIcon={<IconSend size={16} />}
      onSubmit={send}
      onClose={onClose}
      isPending={deliver.isPending}
      error={deliver.error}
      isComplete={reached.length > 0}
      note={
        <Text size="sm" c="dimmed" role="status">
          {reached.length > 0 && t('deliver.chosen', { count: reached.length })}
          {away > 0 && ` · ${t('deliver.away', { count: away })}`}
        </Text>
      }
    >
      <WhatIsSent files={files} />
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
        <Stack gap="xs">
          <Text size="sm" c="dimmed">
            {t('deliver.labels_about')}
          </Text>
          <Chip.Group multiple value={labels} onChange={setLabels}>
            <Group gap="xs">
              {knownLabels.map((label) => (
                <Chip key={label} value={label}>
                  {label}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Stack>
      )}
    </FormDialog>
  );
}

function WhatIsSent({ files }: { files: readonly FileResource[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [first] = files;
  return (
    <Text size="sm">
      <Text span fw={600}>
        {files.length === 1 && first ? <Name>{first.name}</Name> : t('deliver.files', { count: files.length })}
      </Text>{' '}
      <Text span c="dimmed">
        {formats.bytes(files.reduce((sum, { size }) => sum + size, 0))}
      </Text>
    </Text>
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

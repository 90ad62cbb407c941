// The files that one agent holds, and deleting them there.
import { Button } from '@mantine/core';
import type { AgentResource, HeldFile } from '@relevo/protocol';
import { IconFiles, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { DataTable } from '../../look/data-table.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { heldColumns, heldKey } from '../../look/held-columns.tsx';
import { noticeRefused } from '../../look/notices.ts';
import { Empty } from '../../look/states.tsx';
import { agentFilesQuery, useDeleteOnAgent } from './agent-queries.ts';

export function FilesHeld({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const query = useQuery(agentFilesQuery(agent.id));
  const columns = useMemo(
    () => heldColumns(t, { width: 130, cell: (file) => agent.status !== 'revoked' && <DeleteOnAgent agent={agent} file={file} /> }),
    [t, agent],
  );
  return (
    <DataTable
      label={t('agents.files_held')}
      columns={columns}
      query={query}
      rows={query.data}
      keyOf={heldKey}
      empty={<Empty icon={<IconFiles />} title={t('agents.holds_none')} text={t('agents.holds_none_text')} />}
    />
  );
}

function DeleteOnAgent({ agent, file }: { agent: AgentResource; file: HeldFile }) {
  const { t } = useTranslation();
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
  );
}

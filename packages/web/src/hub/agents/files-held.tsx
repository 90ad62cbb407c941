// The files that one agent holds, and deleting them there.
import type { AgentResource, HeldFile } from '@relevo/protocol';
import { IconFiles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { AskFirstButton } from '../../look/ask-first-button.tsx';
import { DataTable } from '../../look/data-table.tsx';
import { heldColumns, heldKey } from '../../look/held-columns.tsx';
import { Empty } from '../../look/states.tsx';
import { useTold } from '../../look/told.ts';
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

function DeleteOnAgent({ agent, file: { name } }: { agent: AgentResource; file: HeldFile }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const told = useTold();
  const deletion = useDeleteOnAgent(agent.id);

  function remove() {
    void told(deletion.mutateAsync(name), ({ operation_id }) => void navigate({ to: '/operations/$operationId', params: { operationId: operation_id } }));
  }

  return (
    <AskFirstButton
      question={{ title: t('agents.delete_title'), text: t('agents.delete_text', { name, agent: agent.name }), action: t('actions.delete'), onConfirm: remove }}
      label={t('files.delete_named', { name })}
      isPending={deletion.isPending}
    />
  );
}

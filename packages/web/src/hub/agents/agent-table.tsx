// The list of agents with what can be done to each.
import type { AgentResource } from '@relevo/protocol';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../look/data-table.tsx';
import type { Column } from '../../look/table/columns.ts';
import type { TableQuery } from '../../look/table/table-query.ts';
import { AgentActions, AgentName, Platform, Since } from './agent-cells.tsx';
import { AgentState } from './agent-state.tsx';

const keyOf = ({ id }: AgentResource) => id;

export function AgentTable({ query, agents, empty }: { query: TableQuery; agents: readonly AgentResource[] | undefined; empty: ReactNode }) {
  const { t } = useTranslation();
  const columns = useMemo(
    (): Column<AgentResource>[] => [
      { id: 'name', header: t('agents.name'), cell: (agent) => <AgentName agent={agent} /> },
      { id: 'status', header: t('agents.status'), width: 130, cell: ({ status }) => <AgentState status={status} /> },
      { id: 'since', header: t('agents.since_title'), width: 180, from: 'md', cell: (agent) => <Since agent={agent} /> },
      {
        id: 'platform',
        header: t('agents.platform'),
        width: 200,
        from: 'lg',
        card: 'none',
        cell: (agent) => <Platform agent={agent} />,
      },
      { id: 'actions', header: t('actions.title'), width: 130, align: 'end', card: 'actions', cell: (agent) => <AgentActions agent={agent} /> },
    ],
    [t],
  );
  return <DataTable label={t('navigation.agents')} columns={columns} query={query} rows={agents} keyOf={keyOf} empty={empty} />;
}

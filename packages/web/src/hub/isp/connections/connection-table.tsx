// The list of connections, ordered by the hub.
import { Anchor, Text } from '@mantine/core';
import type { ConnectionResource } from '@relevo/protocol';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../../look/data-table.tsx';
import { Name } from '../../../look/name.tsx';
import type { Column } from '../../../look/table/columns.ts';
import type { RowSource } from '../../../look/table/row-source.ts';
import type { Selection } from '../../../look/table/selection.ts';
import type { TableQuery } from '../../../look/table/table-query.ts';
import { Quiet } from '../quiet.tsx';
import { ConnectionStateBadge } from './connection-state.tsx';

interface ConnectionTableProps {
  query: TableQuery;
  connections: RowSource<ConnectionResource> | undefined;
  empty: ReactNode;
  sort: string;
  onSort: (sort: string) => void;
  /** For those who may do something with many at once. */
  selection: Selection | undefined;
}

export const connectionKey = ({ id_conexion }: ConnectionResource) => String(id_conexion);
const connectionName = ({ cliente, direccion_ip }: ConnectionResource) => `${cliente}, ${direccion_ip}`;

export function ConnectionTable({ query, connections, empty, sort, onSort, selection }: ConnectionTableProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useMemo(
    (): Column<ConnectionResource>[] => [
      { id: 'customer', header: t('connections.customer'), sortKey: 'cliente', cell: (connection) => <Customer connection={connection} /> },
      { id: 'address', header: t('connections.address'), sortKey: 'direccion_ip', width: 160, cell: ({ direccion_ip }) => <Address text={direccion_ip} /> },
      { id: 'router', header: t('connections.router'), width: 160, from: 'md', cell: ({ router }) => <Quiet text={router} /> },
      { id: 'service', header: t('connections.service'), width: 150, from: 'md', cell: ({ servicio }) => <Quiet text={servicio} /> },
      { id: 'state', header: t('connections.state'), width: 140, cell: ({ estado }) => <ConnectionStateBadge state={estado} /> },
    ],
    [t],
  );
  return (
    <DataTable
      label={t('navigation.connections')}
      columns={columns}
      query={query}
      rows={connections}
      keyOf={connectionKey}
      nameOf={connectionName}
      empty={empty}
      sort={sort}
      onSort={onSort}
      {...(selection && { selection })}
      onOpen={({ id_conexion }) => void navigate({ to: '/connections/$connectionId', params: { connectionId: String(id_conexion) } })}
    />
  );
}

function Customer({ connection: { id_conexion, cliente, usuario_ppp } }: { connection: ConnectionResource }) {
  return (
    <>
      <Anchor
        size="sm"
        fw={500}
        c="inherit"
        underline="hover"
        renderRoot={(props) => <Link to="/connections/$connectionId" params={{ connectionId: String(id_conexion) }} {...props} />}
      >
        <Name>{cliente}</Name>
      </Anchor>
      {usuario_ppp && (
        <Text size="xs" c="dimmed" truncate>
          {usuario_ppp}
        </Text>
      )}
    </>
  );
}

function Address({ text }: { text: string }) {
  return (
    <Text size="sm" className="relevo-name">
      {text}
    </Text>
  );
}

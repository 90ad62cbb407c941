// What the pages ask of the hub about connections.
import type { ConnectionChanges, ConnectionDetail, ConnectionResource } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../http/request.ts';
import { usePlacedRows } from '../../../look/table/placed-rows.ts';
import type { ConnectionSearch } from './connection-search.ts';

interface ConnectionPage {
  conexiones: ConnectionResource[];
  total: number;
}

/** How many connections one request may work on. */
export const selectionMaxQuery = queryOptions({
  queryKey: ['isp', 'selection-max'],
  queryFn: async ({ signal }) => (await request<{ seleccion_max: number }>('GET', '/api/conexiones', { query: { offset: 0, limit: 1 }, signal })).seleccion_max,
  staleTime: Number.POSITIVE_INFINITY,
});

const pageSize = 100;
const refreshMs = 10_000;
const detailRefreshMs = 5000;

const connectionsOf = ({ conexiones }: ConnectionPage) => conexiones;

/** The members of a query of the hub that a search stands for. */
export function filterOf({ q, state, router, service, customer, sort }: ConnectionSearch) {
  return { query: q, estado: state, id_router: router, id_servicio: service, id_usuario: customer, sort };
}

export function useConnections(search: ConnectionSearch) {
  return usePlacedRows<ConnectionPage, ConnectionResource>({
    queryKey: ['isp', 'connections', 'list', search],
    path: '/api/conexiones',
    query: filterOf(search),
    pageSize,
    rowsOf: connectionsOf,
    refreshMs,
  });
}

export function connectionQuery(id: number) {
  return queryOptions({
    queryKey: ['isp', 'connections', 'one', id],
    queryFn: ({ signal }) => request<ConnectionDetail>('GET', `/api/conexiones/${id}`, { signal }),
    refetchInterval: detailRefreshMs,
  });
}

/** Makes a connection, or corrects the record of the one of `id`; what is not named stays as it is. */
export function useSaveConnection(id: number | undefined) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ConnectionChanges) =>
      id === undefined
        ? request<ConnectionResource>('POST', '/api/conexiones', { body })
        : request<ConnectionResource>('PATCH', `/api/conexiones/${id}`, { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['isp'] }),
  });
}

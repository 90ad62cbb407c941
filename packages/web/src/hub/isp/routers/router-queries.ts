// What the pages ask of the hub about routers.
import type { Differences, ProbeAnswer, RouterChanges, RouterResource, WorkAnswer } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../http/request.ts';

interface RouterPage {
  routers: RouterResource[];
  next_cursor: string | null;
}

const pageSize = 500;
/** Whether a router answers is seen by the work that is done on it. */
const refreshMs = 5000;

/** All routers; they are as many as an ISP has sites. */
export const routersQuery = queryOptions({
  queryKey: ['isp', 'routers', 'list'],
  async queryFn({ signal }) {
    const routers: RouterResource[] = [];
    let cursor: string | undefined;
    do {
      const page: RouterPage = await request<RouterPage>('GET', '/api/routers', { query: { limit: pageSize, cursor }, signal });
      routers.push(...page.routers);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return routers;
  },
  refetchInterval: refreshMs,
});

export function routerQuery(id: number) {
  return queryOptions({
    queryKey: ['isp', 'routers', 'one', id],
    queryFn: ({ signal }) => request<RouterResource>('GET', `/api/routers/${id}`, { signal }),
    refetchInterval: refreshMs,
  });
}

export function differencesQuery(id: number) {
  return queryOptions({
    queryKey: ['isp', 'routers', 'differences', id],
    queryFn: ({ signal }) => request<Differences>('GET', `/api/routers/${id}/diferencias`, { signal }),
  });
}

/** Makes a router, or changes the one of `id`; what is not named stays as it is. */
export function useSaveRouter(id: number | undefined) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: RouterChanges) =>
      id === undefined ? request<RouterResource>('POST', '/api/routers', { body }) : request<RouterResource>('PATCH', `/api/routers/${id}`, { body }),
    // Connections tell the router's name.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['isp'] }),
  });
}

export function useDeleteRouter() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `/api/routers/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'routers'] }),
  });
}

/** Asks the router who it is, through its agent. */
export function useProbe(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (operationId: string) => request<ProbeAnswer>('POST', `/api/routers/${id}/probar`, { body: {}, headers: { 'x-operation-id': operationId } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'routers'] }),
  });
}

/** Compares the records with the router, changing neither. */
export function useCompare(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (operationId: string) => request<WorkAnswer>('POST', `/api/routers/${id}/comparar`, { body: {}, headers: { 'x-operation-id': operationId } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'routers'] }),
  });
}

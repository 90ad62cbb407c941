// What the pages ask of the hub about operations; what moves comes from the watcher.
import type { OperationResource, OperationState, OperationSummary } from '@relevo/protocol';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from '../../http/request.ts';

interface OperationPage {
  operations: OperationSummary[];
  next_cursor: string | null;
}

const pageSize = 50;
const refreshMs = 10_000;

export function operationsQuery(state: OperationState | undefined) {
  return infiniteQueryOptions({
    queryKey: ['operations', 'list', state ?? ''],
    queryFn: ({ pageParam, signal }) => request<OperationPage>('GET', '/api/operations', { query: { state, cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

/** `user`: whose, for an administrator. */
export function operationQuery(operationId: string, user: number | undefined) {
  return queryOptions({
    queryKey: ['operations', 'one', operationId, user ?? 0],
    queryFn: ({ signal }) => request<OperationResource>('GET', `/api/operations/${encodeURIComponent(operationId)}`, { query: { user_id: user }, signal }),
  });
}

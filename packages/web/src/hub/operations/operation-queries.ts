// What the pages ask of the hub about operations; what moves comes from the watcher.
import { isEnded, type OperationResource, type OperationState, type OperationSummary, type ProgressEvent } from '@relevo/protocol';
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../http/request.ts';
import { newOperationId } from './operation-id.ts';
import { hubUserId } from './owner-names.ts';

export interface OperationPage {
  operations: OperationSummary[];
  next_cursor: string | null;
}

export interface OperationFilter {
  state?: OperationState | undefined;
  kind?: string | undefined;
  /** Part of the title or the id. */
  query?: string | undefined;
  /** Whose, for an administrator. */
  userId?: number | undefined;
}

const pageSize = 200;
const refreshMs = 10_000;
/** Of a longer list only what is loaded anew is new; what is open moves all the same. */
const freshPagesMax = 6;

export function operationsQuery({ state, kind, query, userId }: OperationFilter) {
  return infiniteQueryOptions({
    queryKey: ['operations', 'list', state ?? '', kind ?? '', query ?? '', userId ?? 0],
    queryFn: ({ pageParam, signal }) =>
      request<OperationPage>('GET', '/api/operations', { query: { state, kind, query, user_id: userId, cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) <= freshPagesMax ? refreshMs : false),
  });
}

const openMs = 4000;

/** The newest that have not ended, and whether there are more. */
export function openOperationsQuery(limit: number) {
  return queryOptions({
    queryKey: ['operations', 'open', limit],
    queryFn: async ({ signal }) => {
      const ask = (state: OperationState) => request<OperationPage>('GET', '/api/operations', { query: { state, limit: limit + 1 }, signal });
      const [running, waiting] = await Promise.all([ask('in_progress'), ask('pending')]);
      const all = [...running.operations, ...waiting.operations];
      return { operations: all.slice(0, limit), hasMore: all.length > limit };
    },
    refetchInterval: openMs,
  });
}

/** `user`: whose, for an administrator. */
export function operationQuery(operationId: string, user: number | undefined) {
  return queryOptions({
    queryKey: ['operations', 'one', operationId, user ?? 'own'],
    queryFn: ({ signal }) => request<OperationResource>('GET', pathOf(operationId), { query: { user_id: user }, signal }),
    refetchInterval: ({ state: { data } }) => (data?.user_id === hubUserId && !isEnded(data.state) ? openMs : false),
  });
}

interface OperationHistory {
  events: ProgressEvent[];
  next_after: number | null;
  rates: { since: string; interval_ms: number; rates: number[] } | null;
  retry_of: string | null;
  retried_by: string[];
}

/** Rates and retries; `step`: what that step said as well. */
export function historyQuery(operationId: string, userId: number, step?: string) {
  return queryOptions({
    queryKey: ['operations', 'history', operationId, userId, step ?? ''],
    queryFn: ({ signal }) =>
      request<OperationHistory>('GET', `${pathOf(operationId)}/history`, { query: { user_id: userId, step, limit: step === undefined ? 1 : 500 }, signal }),
  });
}

/** Delivers once more to those that did not get it. */
export function useRetry() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ operation_id, user_id }: Pick<OperationSummary, 'operation_id' | 'user_id'>) =>
      request<{ operation_id: string }>('POST', `${pathOf(operation_id)}/retry`, {
        query: { user_id },
        headers: { 'x-operation-id': newOperationId('delivery') },
      }),
    // It names from now on what it was tried again as.
    onSuccess: (_, { operation_id }) => queryClient.invalidateQueries({ queryKey: ['operations', 'history', operation_id] }),
  });
}

function pathOf(operationId: string): string {
  return `/api/operations/${encodeURIComponent(operationId)}`;
}

// What the page asks of the agent that serves it.
import type { FileResource, HeldFile, StepText } from '@relevo/protocol';
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query';
import { request } from '../http/request.ts';

export interface Connection {
  state: 'connected' | 'connecting' | 'disconnected';
  /** When it was connected, or since when it is not. */
  since: string;
  server_url: string;
  last_error: string | null;
  /** When it tries again, while it waits. */
  next_attempt_at?: string;
  /** `awaiting_approval` among others. */
  phase?: string;
}

export interface Status {
  connection: Connection;
  agent_id: string | null;
  name: string;
  version: string;
}

export interface Transfer {
  task_id: string;
  kind: string;
  /** The name of the file. */
  title: string;
  status: 'pending' | 'in_progress' | 'completed' | 'error';
  text: StepText;
  progress?: number | null;
  bytes?: number;
  total_bytes?: number;
  rate?: number;
  eta_ms?: number;
  received_at: string;
  updated_at: string;
}

/** The agent's answers are asked for once; after that its events bring what changed. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => request<Status>('GET', '/api/status', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const transfersQuery = queryOptions({
  queryKey: ['transfers'],
  queryFn: async ({ signal }) => (await request<{ transfers: Transfer[] }>('GET', '/api/transfers', { signal })).transfers,
  staleTime: Number.POSITIVE_INFINITY,
});

export const heldFilesQuery = queryOptions({
  queryKey: ['held'],
  queryFn: async ({ signal }) => (await request<{ files: HeldFile[] }>('GET', '/api/files', { signal })).files,
  staleTime: Number.POSITIVE_INFINITY,
});

interface HubFilePage {
  files: FileResource[];
  next_cursor: string | null;
}

const pageSize = 50;
const hubFilesMs = 15_000;

export function hubFilesQuery(query: string) {
  return infiniteQueryOptions({
    queryKey: ['hub-files', query],
    queryFn: ({ pageParam, signal }) => request<HubFilePage>('GET', '/api/hub/files', { query: { query, cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: hubFilesMs,
  });
}

export function useFetchFile() {
  return useMutation({ mutationFn: (file: FileResource) => request<{ operation_id: string }>('POST', '/api/files', { body: { file_id: file.id } }) });
}

export function useDeleteHeld() {
  return useMutation({ mutationFn: (name: string) => request('DELETE', `/api/files/${encodeURIComponent(name)}`) });
}

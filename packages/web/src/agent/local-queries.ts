// What the page asks of the agent that serves it.
import type { FileResource, HeldFile, StepText, TransferBound } from '@relevo/protocol';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCursorPages } from '../http/cursor-pages.ts';
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
  /** Where delivered files lie on that machine. */
  files_dir: string;
  /** Bytes per second that all transfers together may take; 0 sets no limit. */
  transfer_rate_max: number;
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
  bound_by?: TransferBound;
  /** It can be paused and stopped here. */
  is_transfer: boolean;
  is_paused: boolean;
  received_at: string;
  updated_at: string;
}

export type TransferChange = 'pause' | 'resume' | 'stop';

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
const hubFilesMs = 5_000;
const historyMs = 10_000;

const filesOf = (page: HubFilePage) => page.files;

/** The files of the hub whose name has `query` in it; asked only while the hub is there. */
export function useHubFiles(query: string, isHubThere: boolean) {
  return useCursorPages<HubFilePage, FileResource>({
    queryKey: ['hub-files', query],
    path: '/api/hub/files',
    query: { query, limit: pageSize },
    rowsOf: filesOf,
    refreshMs: hubFilesMs,
    retry: false,
    enabled: isHubThere,
  });
}

export function useFetchFile() {
  return useMutation({ mutationFn: (file: FileResource) => request<{ operation_id: string }>('POST', '/api/files', { body: { file_id: file.id } }) });
}

export function useDeleteHeld() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request('DELETE', `/api/files/${encodeURIComponent(name)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: heldFilesQuery.queryKey }),
  });
}

export function useChangeTransfer(taskId: string) {
  return useMutation({ mutationFn: (change: TransferChange) => request('POST', `/api/transfers/${encodeURIComponent(taskId)}/${change}`) });
}

/** Reads a held file again. */
export function useVerifyHeld() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<{ intact: boolean }>('POST', `/api/files/${encodeURIComponent(name)}/verify`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: heldFilesQuery.queryKey }),
  });
}

export function useSetRateLimit() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (bytesPerSecond: number) => request('PATCH', '/api/settings', { body: { transfer_rate_max: bytesPerSecond } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: statusQuery.queryKey }),
  });
}

export function useReconnect() {
  return useMutation({ mutationFn: () => request('POST', '/api/reconnect') });
}

export const historyQuery = infiniteQueryOptions({
  queryKey: ['history'],
  queryFn: ({ pageParam, signal }) =>
    request<{ tasks: Transfer[]; next_cursor: string | null }>('GET', '/api/history', { query: { cursor: pageParam, limit: pageSize }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: historyMs,
});

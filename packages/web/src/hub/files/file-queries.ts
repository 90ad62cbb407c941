// What the files' page asks of the hub.
import type { FileResource } from '@relevo/protocol';
import { infiniteQueryOptions, keepPreviousData, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../http/request.ts';

export const fileSorts = ['name', '-name', 'size', '-size', 'created_at', '-created_at'] as const;
export type FileSort = (typeof fileSorts)[number];

interface FilePage {
  files: FileResource[];
  next_cursor: string | null;
}

const pageSize = 50;
const refreshMs = 10_000;

export function filesQuery(query: string, sort: FileSort) {
  return infiniteQueryOptions({
    queryKey: ['files', query, sort],
    queryFn: ({ pageParam, signal }) => request<FilePage>('GET', '/api/files', { query: { query, sort, cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export function useDeleteFile() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (file: FileResource) => request('DELETE', `/api/files/${encodeURIComponent(file.id)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['files'] }),
  });
}

export interface DeliveryRequest {
  /** Made once per dialog: sending twice under one id is one delivery. */
  operationId: string;
  fileId: string;
  to: { agent_ids: string[] } | { labels: string[] };
}

export function useDeliver() {
  return useMutation({
    mutationFn: ({ operationId, fileId, to }: DeliveryRequest) =>
      request<{ operation_id: string }>('POST', '/api/deliveries', { body: { file_id: fileId, ...to }, headers: { 'x-operation-id': operationId } }),
  });
}

/** Address of the bytes. */
export function contentPath(file: FileResource): string {
  return `/api/files/${encodeURIComponent(file.id)}/content`;
}

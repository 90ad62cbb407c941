// What the files' page asks of the hub.
import type { FileResource } from '@relevo/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCursorPages } from '../../http/cursor-pages.ts';
import { request } from '../../http/request.ts';

const fileSorts = ['name', '-name', 'size', '-size', 'created_at', '-created_at'] as const;
export type FileSort = (typeof fileSorts)[number];

interface FilePage {
  files: FileResource[];
  next_cursor: string | null;
}

const pageSize = 100;
const refreshMs = 10_000;

export function isFileSort(text: string): text is FileSort {
  return fileSorts.some((sort) => sort === text);
}

const filesOf = (page: FilePage) => page.files;

/** The files whose name has `query` in it, in the hub's order. */
export function useFiles(query: string, sort: FileSort) {
  return useCursorPages<FilePage, FileResource>({
    queryKey: ['files', query, sort],
    path: '/api/files',
    query: { query, sort, limit: pageSize },
    rowsOf: filesOf,
    refreshMs,
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

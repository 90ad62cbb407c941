// What the files' page asks of the hub.
import type { FileResource, FileWhereabouts } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../http/api-error.ts';
import { request } from '../../http/request.ts';
import { usePlacedRows } from '../../look/table/placed-rows.ts';

const fileSorts = ['name', '-name', 'size', '-size', 'created_at', '-created_at'] as const;
export type FileSort = (typeof fileSorts)[number];

interface FilePage {
  files: FileResource[];
  total: number;
}

const pageSize = 100;
const refreshMs = 10_000;
const whereaboutsMs = 5000;

export function isFileSort(text: string): text is FileSort {
  return fileSorts.some((sort) => sort === text);
}

const filesOf = (page: FilePage) => page.files;

/** The files whose name has `query` in it, in the hub's order. */
export function useFiles(query: string, sort: FileSort) {
  return usePlacedRows<FilePage, FileResource>({
    queryKey: ['files', query, sort],
    path: '/api/files',
    query: { query, sort },
    pageSize,
    rowsOf: filesOf,
    refreshMs,
  });
}

/** One file; asked for when a link names one that is not in the list. */
export function fileQuery(id: string) {
  return queryOptions({ queryKey: ['file', id], queryFn: ({ signal }) => request<FileResource>('GET', `/api/files/${encodeURIComponent(id)}`, { signal }) });
}

export function whereaboutsQuery(id: string) {
  return queryOptions({
    queryKey: ['file', id, 'whereabouts'],
    queryFn: ({ signal }) => request<FileWhereabouts>('GET', `/api/files/${encodeURIComponent(id)}/whereabouts`, { signal }),
    refetchInterval: whereaboutsMs,
  });
}

interface Deletion {
  files: readonly FileResource[];
  /** Hears how many are gone. */
  onDeleted: (done: number) => void;
}

/** Deletes files one after the other; the first refusal ends it, except that a file is gone already. */
export function useDeleteFiles() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ files, onDeleted }: Deletion) => {
      for (const [index, { id }] of files.entries()) {
        onDeleted(index);
        await request('DELETE', `/api/files/${encodeURIComponent(id)}`).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === 'not_found')) throw error;
        });
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['files'] }),
  });
}

export interface DeliveryRequest {
  files: readonly FileResource[];
  /** Made once per dialog and file: sending twice under one id is one delivery. */
  operationIdOf: (file: FileResource) => string;
  to: { agent_ids: string[] } | { labels: string[] };
}

/** One delivery per file, in order; resolves to the operations' ids. After a refusal the same request goes on where it stopped. */
export function useDeliver() {
  return useMutation({
    mutationFn: async ({ files, operationIdOf, to }: DeliveryRequest) => {
      const ids: string[] = [];
      for (const file of files) {
        const headers = { 'x-operation-id': operationIdOf(file) };
        const { operation_id } = await request<{ operation_id: string }>('POST', '/api/deliveries', { body: { file_id: file.id, ...to }, headers });
        ids.push(operation_id);
      }
      return ids;
    },
  });
}

/** Address of the bytes. */
export function contentPath(file: FileResource): string {
  return `/api/files/${encodeURIComponent(file.id)}/content`;
}

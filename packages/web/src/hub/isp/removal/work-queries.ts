// What is done to one connection, each as an operation of its own: looking first, removing, undoing, suspending, reactivating.
import type { Preview } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../http/request.ts';
import { newOperationId } from '../../operations/operation-id.ts';

/** Each kind: the last part of its address, and how its operations begin. */
const works = {
  /** Named as the ISP's back office has always named it. */
  remove: { path: 'eliminar', prefix: 'remove-config' },
  restore: { path: 'restaurar', prefix: 'restore-connection' },
  suspend: { path: 'suspender', prefix: 'suspend-connection' },
  reactivate: { path: 'reactivar', prefix: 'reactivate-connection' },
} as const;
export type WorkKind = keyof typeof works;

interface WorkRequest {
  kind: WorkKind;
  connectionId: number;
  operationId: string;
}

export function newWorkId(kind: WorkKind): string {
  return newOperationId(works[kind].prefix);
}

/** What an operation of this page does, told by its id. */
export function kindOfWork(operationId: string): WorkKind | undefined {
  return (Object.keys(works) as WorkKind[]).find((kind) => operationId.startsWith(`${works[kind].prefix}-`));
}

/** Begins work, or tries what failed of it again; the answer comes at once and the rest is watched. */
export function useWork() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, connectionId, operationId }: WorkRequest) =>
      request<unknown>('POST', `/api/conexiones/${connectionId}/${works[kind].path}`, {
        body: {},
        headers: { 'x-operation-id': operationId, prefer: 'respond-async' },
      }),
    // Not waited for: the button that asked is gone once the records tell of it, and with it what it does with the answer.
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ['isp', 'connections'] });
    },
  });
}

/** What a removal would take; the router is asked each time, and nothing is touched. */
export function previewQuery(connectionId: number, operationId: string) {
  return queryOptions({
    queryKey: ['isp', 'preview', connectionId, operationId],
    queryFn: ({ signal }) =>
      request<Preview>('POST', `/api/conexiones/${connectionId}/vista-previa`, { body: {}, headers: { 'x-operation-id': operationId }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

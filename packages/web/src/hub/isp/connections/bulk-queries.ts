// Work on many connections at once: one request, and one operation with a step for each.
import type { WorkAnswer } from '@relevo/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../http/request.ts';
import { newOperationId } from '../../operations/operation-id.ts';

const paths = { remove: 'eliminar', suspend: 'suspender', reactivate: 'reactivar' } as const;
export type BulkKind = keyof typeof paths;

/** Resolves to the id of the operation, once it has begun. */
export function useBulkWork(kind: BulkKind) {
  const queryClient = useQueryClient();
  return useMutation({
    async mutationFn(ids: readonly number[]) {
      const headers = { 'x-operation-id': newOperationId(`${kind}-connections`) };
      return (await request<WorkAnswer>('POST', `/api/conexiones/${paths[kind]}`, { body: { ids_conexion: ids }, headers })).operation_id;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'connections'] }),
  });
}

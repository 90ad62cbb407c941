// Work on many connections at once.
import type { WorkAnswer } from '@relevo/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../http/request.ts';
import { newOperationId } from '../../operations/operation-id.ts';
import { newWorkId } from '../removal/work-queries.ts';

/** Suspensions that are asked for at the same time. */
const askedAtOnce = 4;

/** Removes all as one operation with a step for each. Resolves to the operation's id. */
export function useRemoveMany() {
  const queryClient = useQueryClient();
  return useMutation({
    async mutationFn(ids: readonly number[]) {
      const headers = { 'x-operation-id': newOperationId('remove-connections') };
      return (await request<WorkAnswer>('POST', '/api/conexiones/eliminar', { body: { ids_conexion: ids }, headers })).operation_id;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'connections'] }),
  });
}

interface ManySuspended {
  /** How many suspensions are under way; each is an operation of its own. */
  begun: number;
  refused: unknown[];
}

export function useSuspendMany() {
  const queryClient = useQueryClient();
  return useMutation({
    async mutationFn(ids: readonly number[]): Promise<ManySuspended> {
      const waiting = [...ids];
      const refused: unknown[] = [];
      async function askForNext(): Promise<void> {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          const headers = { 'x-operation-id': newWorkId('suspend'), prefer: 'respond-async' };
          await request('POST', `/api/conexiones/${id}/suspender`, { body: {}, headers }).catch((error: unknown) => refused.push(error));
        }
      }
      await Promise.all(Array.from({ length: askedAtOnce }, askForNext));
      return { begun: ids.length - refused.length, refused };
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'connections'] }),
  });
}

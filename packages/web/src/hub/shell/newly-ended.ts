// Finds which operations have ended since the last look, after having been open for long.
import { isEnded, type OperationState } from '@relevo/protocol';

interface Known {
  operation_id: string;
  state: OperationState;
}

/**
 * @param open since when each operation was seen open, milliseconds of the same clock as `now`
 * @returns those that ended after at least `longMs`, and `open` for the next look
 */
export function newlyEnded<Operation extends Known>(operations: readonly Operation[], open: ReadonlyMap<string, number>, now: number, longMs: number) {
  const ended = operations.filter(({ operation_id, state }) => {
    const since = open.get(operation_id);
    return isEnded(state) && since !== undefined && now - since >= longMs;
  });
  const next = operations.filter(({ state }) => !isEnded(state)).map(({ operation_id }) => [operation_id, open.get(operation_id) ?? now] as const);
  return { ended, open: new Map(next) };
}

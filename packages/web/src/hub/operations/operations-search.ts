// The filters of the operations' list as they stand in the address.
import { type OperationState, operationStates } from '@relevo/protocol';

export interface OperationsSearch {
  state?: OperationState | undefined;
  kind?: string | undefined;
  query?: string | undefined;
  whose?: 'mine' | undefined;
}

const textMax = 128;

/** Whatever is not a filter is left out. */
export function operationsSearchOf({ state, kind, query, whose }: Record<string, unknown>): OperationsSearch {
  const known = operationStates.find((one) => one === state);
  return {
    ...(known && { state: known }),
    ...(typeof kind === 'string' && kind !== '' && { kind: kind.slice(0, 64) }),
    ...((typeof query === 'string' || typeof query === 'number') && query !== '' && { query: String(query).slice(0, textMax) }),
    ...(whose === 'mine' && { whose }),
  };
}

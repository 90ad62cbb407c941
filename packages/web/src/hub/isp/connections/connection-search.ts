// What the list of connections is narrowed and ordered by, as it stands in the address.
import { type ConnectionResource, connectionStates, operationIdSchema } from '@relevo/protocol';

export interface ConnectionSearch {
  q?: string;
  state?: ConnectionResource['estado'];
  router?: number;
  service?: number;
  customer?: number;
  sort?: string;
  /** The operation of an import that is watched. */
  import?: string;
}

const textMax = 200;

export function connectionSearchOf(raw: Record<string, unknown>): ConnectionSearch {
  const search: ConnectionSearch = {};
  const text = String(raw.q ?? '').slice(0, textMax);
  if (text) search.q = text;
  const state = connectionStates.find((name) => name === raw.state);
  if (state) search.state = state;
  for (const name of ['router', 'service', 'customer'] as const) {
    const id = Number(raw[name]);
    if (Number.isSafeInteger(id) && id > 0) search[name] = id;
  }
  if (typeof raw.sort === 'string' && /^-?[a-z_]{1,32}$/.test(raw.sort)) search.sort = raw.sort;
  if (operationIdSchema.safeParse(raw.import).success) search.import = String(raw.import);
  return search;
}

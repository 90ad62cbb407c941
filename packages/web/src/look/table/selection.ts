// Which rows are chosen: one at a time, or a range from the last one that was touched.
import { useCallback, useMemo, useState } from 'react';

export interface Chosen {
  keys: ReadonlySet<string>;
  /** Where a range begins: the row that was touched last without Shift. */
  anchor: string | undefined;
}

export const nothingChosen: Chosen = { keys: new Set(), anchor: undefined };

/** Turns one row over, and begins ranges there. */
export function toggle({ keys }: Chosen, key: string): Chosen {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return { keys: next, anchor: key };
}

/** Everything between the anchor and `key` becomes what the anchor is; without an anchor in `order` it is a toggle. */
export function extend(chosen: Chosen, order: readonly string[], key: string): Chosen {
  const from = chosen.anchor === undefined ? -1 : order.indexOf(chosen.anchor);
  const to = order.indexOf(key);
  if (chosen.anchor === undefined || from < 0 || to < 0) return toggle(chosen, key);
  const next = new Set(chosen.keys);
  const isChosen = next.has(chosen.anchor);
  for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (isChosen) next.add(each);
    else next.delete(each);
  }
  return { keys: next, anchor: chosen.anchor };
}

/** All of `order`, or none when all of it is chosen already. */
export function toggleAll({ keys }: Chosen, order: readonly string[]): Chosen {
  return order.length > 0 && order.every((key) => keys.has(key)) ? nothingChosen : { keys: new Set(order), anchor: undefined };
}

export interface Selection {
  keys: ReadonlySet<string>;
  /** Where a range begins. */
  anchor: string | undefined;
  /** `isRange`: Shift was held. */
  touch: (order: readonly string[], key: string, isRange: boolean) => void;
  touchAll: (order: readonly string[]) => void;
  /** For a row that is no longer there. */
  letGo: (key: string) => void;
  clear: () => void;
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState(nothingChosen);
  const touch = useCallback(
    (order: readonly string[], key: string, isRange: boolean) => setChosen((before) => (isRange ? extend(before, order, key) : toggle(before, key))),
    [],
  );
  const touchAll = useCallback((order: readonly string[]) => setChosen((before) => toggleAll(before, order)), []);
  const letGo = useCallback((key: string) => setChosen((before) => (before.keys.has(key) ? toggle(before, key) : before)), []);
  const clear = useCallback(() => setChosen(nothingChosen), []);
  return useMemo(() => ({ keys: chosen.keys, anchor: chosen.anchor, touch, touchAll, letGo, clear }), [chosen, touch, touchAll, letGo, clear]);
}

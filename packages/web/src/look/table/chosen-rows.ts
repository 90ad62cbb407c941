// The rows that are chosen, also those that are no longer near what is shown.
import { useMemo, useRef } from 'react';
import type { RowSource } from './row-source.ts';

/** In the order in which they were chosen; a row was here when it was chosen. */
export function useChosenRows<Row>(keys: ReadonlySet<string>, source: RowSource<Row> | undefined, keyOf: (row: Row) => string): readonly Row[] {
  const held = useRef<ReadonlyMap<string, Row>>(new Map());
  return useMemo(() => {
    const isNew = [...keys].some((key) => !held.current.has(key));
    const here = new Map(isNew && source ? Array.from(source.loaded(), ([, row]) => [keyOf(row), row]) : []);
    const rows = new Map<string, Row>();
    for (const key of keys) {
      const row = here.get(key) ?? held.current.get(key);
      if (row !== undefined) rows.set(key, row);
    }
    held.current = rows;
    return [...rows.values()];
  }, [keys, source, keyOf]);
}

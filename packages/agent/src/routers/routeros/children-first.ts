// The order in which queues go: those within another one before it, so that it is there again before they come back.
import type { Row } from './menus.ts';

/** A stable order; what has no `parent` among `rows` stays where it is but for those. */
export function childrenFirst(rows: readonly Row[]): Row[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const depthOf = (row: Row): number => {
    let depth = 0;
    // No more parents than there are rows: a circle, which a router would not take, must not hold this up.
    for (let parent = byName.get(row.parent); parent && depth < rows.length; parent = byName.get(parent.parent)) depth += 1;
    return depth;
  };
  return rows.toSorted((a, b) => depthOf(b) - depthOf(a));
}

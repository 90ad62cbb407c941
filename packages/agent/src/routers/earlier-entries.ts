// What earlier runs of a task found on a router before they touched anything: a run after a crash finds less, and what was there first must not be forgotten.
import { type RouterEntry, routerEntriesResultSchema } from '@relevo/protocol';
import type { TaskResult } from '../tasks/task-handler.ts';

/** The entries that an earlier run told of; none when there was none. */
export function earlierEntries(told: TaskResult | undefined): RouterEntry[] {
  return told === undefined ? [] : routerEntriesResultSchema.parse(told).entries;
}

/** `first` and what of `later` it does not hold yet: an entry stays as it was first seen. */
export function mergeEntries(first: readonly RouterEntry[], later: readonly RouterEntry[]): RouterEntry[] {
  const known = new Set(first.map(({ kind, label }) => `${kind} ${label}`));
  return [...first, ...later.filter(({ kind, label }) => !known.has(`${kind} ${label}`))];
}

// How the agent calls what it finds on a router, so that it can be said in any language.
import { entryLabel, type RouterEntryKind } from '@relevo/protocol';
import { TaskFailure } from '../tasks/task-handler.ts';

/** As schemas bound it. */
const nameMaxLength = 256;

export interface NamedEntry {
  kind: string;
  label: string;
  name?: string | undefined;
}

/** `name`: what it is called among those of its kind, in no language. */
export function namedEntry(kind: RouterEntryKind, name: string): Required<NamedEntry> {
  const label = entryLabel({ kind, name, label: name }, 'en');
  return { kind, label: label.slice(0, nameMaxLength), name: name.slice(0, nameMaxLength) };
}

/** The values of a sentence that speaks of an entry. */
export function saidOf({ kind, label, name }: NamedEntry): Record<string, string> {
  return { label, ...(name !== undefined && { kind, name }) };
}

/** Why something is not touched that belongs to more than the connection. */
export function ambiguous(entry: NamedEntry): TaskFailure {
  return new TaskFailure({ code: 'router.ambiguous', values: saidOf(entry) });
}

// What a change did to the members of a record, as rows to read. Pure.

export interface ChangedMember {
  /** '' when the record is a single value. */
  member: string;
  /** Undefined: it was not there. */
  before: string | undefined;
  after: string | undefined;
}

/** That it changed is told by the change itself. */
const untold = 'updated_at';

/** The members in which `before` and `after` differ, in the order in which they stand. */
export function changedMembers(before: unknown, after: unknown): ChangedMember[] {
  const old = membersOf(before);
  const now = membersOf(after);
  const names = new Set([...old.keys(), ...now.keys()]);
  names.delete(untold);
  return [...names].map((member) => ({ member, before: old.get(member), after: now.get(member) })).filter((row) => row.before !== row.after);
}

function membersOf(value: unknown): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([['', textOf(value)]]);
  return new Map(Object.entries(value).map(([member, content]) => [member, textOf(content)]));
}

function textOf(value: unknown): string {
  if (value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// What a change did to the members of a record, as rows to read. Pure.
import { entryLabel, type Language, type ShownEntry } from '@relevo/protocol';

export interface ChangedMember {
  /** '' when the record is a single value. */
  member: string;
  /** Undefined: it was not there. */
  before: string | undefined;
  after: string | undefined;
}

/** That it changed is told by the change itself. */
const untold = 'updated_at';
/** By what a member is told that says no more than another one beside it, to which a person gives the name. */
const toldBy: Readonly<Record<string, string>> = {
  error_code: 'error',
  id_router: 'router',
  id_servicio: 'servicio',
  id_usuario: 'cliente',
};

/** The members in which `before` and `after` differ, in the order in which they stand. */
export function changedMembers(before: unknown, after: unknown, language: Language): ChangedMember[] {
  const old = membersOf(before);
  const now = membersOf(after);
  const names = new Set([...old.keys(), ...now.keys()]);
  names.delete(untold);
  const changed = [...names].filter((member) => JSON.stringify(old.get(member)) !== JSON.stringify(now.get(member)));
  return changed
    .filter((member) => !changed.some((other) => other === toldBy[member]))
    .map((member) => {
      const texts = [old.get(member), now.get(member)].map((value) => textOf(value, language));
      // What is not seen by what things are called is seen whole.
      const [was, is] = texts[0] === texts[1] ? [old.get(member), now.get(member)].map((value) => JSON.stringify(value)) : texts;
      return { member, before: was, after: is };
    });
}

function membersOf(value: unknown): Map<string, unknown> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([['', value]]);
  return new Map(Object.entries(value));
}

/** A list of texts, or of things that have a name, as what a router held, by what they are called in `language`: a line each. */
function textOf(value: unknown, language: Language): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (value === null || (Array.isArray(value) && value.length === 0)) return '–';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  if (Array.isArray(value) && value.every(hasLabel)) return value.map((entry) => entryLabel(entry, language)).join('\n');
  return JSON.stringify(value);
}

function hasLabel(value: unknown): value is Pick<ShownEntry, 'label'> & Partial<ShownEntry> {
  return typeof value === 'object' && value !== null && 'label' in value && typeof value.label === 'string';
}

// Entries of a router as an answer shows them: in the language of the reader, and without what is secret, not even sealed.
import { entryLabel, type Language, type RouterEntry, type ShownEntry } from '@relevo/protocol';

export function shownEntries(entries: readonly RouterEntry[], language: Language): ShownEntry[] {
  return entries.map(({ sealed: _sealed, ...entry }) => ({ ...entry, label: entryLabel(entry, language) }));
}

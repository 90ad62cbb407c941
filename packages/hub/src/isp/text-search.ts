// Finds the records whose text holds every word of a search, in time that does not grow with what is not found.
//
// The trigram index answers at once, for words shorter than that with the two spaces that stand before every word of the text. When few records
// match, the page is made from those; when many do, the list is read in its own order until the page is full, which is soon.
import { type RawBuilder, sql } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import { foldText } from './fold-text.ts';
import type { PageOrder } from './list-page.ts';

const wordsMax = 8;
/**
 * More matches than this are not gathered and sorted: the list is read in its order instead, until the page is full. In the order of names the same
 * name stands together, and a page may be far; measured, gathering is the better up to here.
 */
const gatheredMax = { byId: 2000, byValue: 10_000 };
/** The trigram index holds nothing shorter. */
const indexedMin = 3;

export interface TextSearch {
  /** The ids of all that match, when they are few. */
  ids: readonly number[] | undefined;
  /** What a row's `search_text` must still be looked at for: of each word one of its forms. */
  words: readonly (readonly string[])[];
}

/** Looks up `query`, any number of words in any order, in the index of `table`, for a list that is ordered by its id or by another value. */
export async function searchText(db: HubDatabase, table: 'customer' | 'connection', query: string, order: PageOrder): Promise<TextSearch> {
  // A NUL would end the expression of the index there; no text holds one.
  const words = foldText(query.replaceAll('\0', ' '))
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, wordsMax)
    .map(formsOf);
  if (words.length === 0) return { ids: undefined, words };
  const max = order.column === undefined ? gatheredMax.byId : gatheredMax.byValue;
  const expression = words.map((forms) => `(${forms.map((form) => `"${form.replaceAll('"', '""')}"`).join(' OR ')})`).join(' AND ');
  const index = sql.ref(`${table}_search`);
  const { rows } = await sql<{ rowid: number }>`SELECT rowid FROM ${index} WHERE ${index} MATCH ${expression} LIMIT ${max + 1}`.execute(db);
  return rows.length > max ? { ids: undefined, words } : { ids: rows.map(({ rowid }) => rowid), words: [] };
}

/** The table of a list, narrowed to what was found; CROSS JOIN keeps SQLite from reading the whole table in order instead. */
export function searchedTable(table: string, id: string, { ids }: TextSearch): RawBuilder<unknown> {
  if (ids === undefined) return sql.table(table);
  return sql`json_each(${JSON.stringify(ids)}) AS found CROSS JOIN ${sql.table(table)} ON ${sql.ref(`${table}.${id}`)} = found.value`;
}

export function searchConditions(table: string, { words }: TextSearch): RawBuilder<unknown>[] {
  const text = sql.ref(`${table}.search_text`);
  return words.map(
    (forms) =>
      sql`(${sql.join(
        forms.map((form) => sql`instr(${text}, ${form}) > 0`),
        sql` OR `,
      )})`,
  );
}

/** A word as it stands, a short one as a word begins; and part of a MAC address also without what separates its digits: so it is kept where it is searched. */
function formsOf(word: string): string[] {
  if ([...word].length < indexedMin) return [`  ${word}`];
  const isMac = /^[0-9a-f]{1,2}(?:[:-][0-9a-f]{2})+(?:[:-][0-9a-f]?)?$|^[0-9a-f]{2}(?:[:-][0-9a-f]{2})*[:-][0-9a-f]?$|^[0-9a-f]{1,4}(?:\.[0-9a-f]{4})+$/.test(
    word,
  );
  const digits = word.replace(/[:.-]/g, '');
  return isMac && digits.length >= indexedMin ? [word, digits] : [word];
}

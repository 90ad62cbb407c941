// Finds the records whose text holds every word of a search, in time that does not grow with what is not found.
//
// A word of three characters or more is found anywhere, by the trigram index; a shorter one where a word begins, by the index of beginnings.
// When few records match, the page is made from those; when many do, the list is read in its own order until the page is full, which is soon.
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

type Table = 'customer' | 'connection';

export interface TextSearch {
  /** The ids of all that may match, when they are few. */
  ids: readonly number[] | undefined;
  /** What a row's `search_text` must hold: of each word one of its forms. */
  words: readonly (readonly string[])[];
  /** How words of it must begin. */
  beginnings: readonly string[];
}

/** Looks up `query`, any number of words in any order, in the indexes of `table`, for a list that is ordered by its id or by another value. */
export async function searchText(db: HubDatabase, table: Table, query: string, order: PageOrder): Promise<TextSearch> {
  if (query.trim() === '') return { ids: undefined, words: [], beginnings: [] };
  const max = order.column === undefined ? gatheredMax.byId : gatheredMax.byValue;
  const asked = foldText(query)
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, wordsMax);
  const isLong = (word: string) => [...word].length >= indexedMin;
  const words = asked.filter(isLong).map(formsOf);
  // What is neither letter nor digit stands between words: none begins with it.
  const beginnings = asked.filter((word) => !isLong(word)).map((word) => word.replace(/[^\p{L}\p{N}]/gu, ''));
  if (beginnings.includes('')) return { ids: [], words, beginnings: [] };
  return { ids: await idsOf(db, table, { words, beginnings }, max), words, beginnings };
}

/** Undefined when more than `max` match. */
async function idsOf(db: HubDatabase, table: Table, { words, beginnings }: Omit<TextSearch, 'ids'>, max: number): Promise<number[] | undefined> {
  const long = words.length === 0 ? undefined : matching(`${table}_search`, words.map((forms) => `(${forms.map(quoted).join(' OR ')})`).join(' AND '));
  const short = beginnings.length === 0 ? undefined : matching(`${table}_words`, beginnings.map((word) => `${quoted(word)}*`).join(' AND '));
  const both = long && short && sql`${long} AND rowid IN (${short})`;
  // The shortest list of the two is enough; only when both are long are they intersected.
  for (const found of [long, short, both]) {
    if (!found) continue;
    const { rows } = await sql<{ rowid: number }>`${found} LIMIT ${max + 1}`.execute(db);
    if (rows.length <= max) return rows.map(({ rowid }) => rowid);
  }
  return undefined;
}

function matching(index: string, expression: string): RawBuilder<unknown> {
  return sql`SELECT rowid FROM ${sql.ref(index)} WHERE ${sql.ref(index)} MATCH ${expression}`;
}

function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

/** The table of a list, narrowed to what was found; CROSS JOIN keeps SQLite from reading the whole table in order instead. */
export function searchedTable(table: string, id: string, { ids }: TextSearch): RawBuilder<unknown> {
  if (ids === undefined) return sql.table(table);
  return sql`json_each(${JSON.stringify(ids)}) AS found CROSS JOIN ${sql.table(table)} ON ${sql.ref(`${table}.${id}`)} = found.value`;
}

export function searchConditions(table: string, { words, beginnings }: TextSearch): RawBuilder<unknown>[] {
  const text = sql.ref(`${table}.search_text`);
  return [
    ...words.map(
      (forms) =>
        sql`(${sql.join(
          forms.map((form) => sql`instr(${text}, ${form}) > 0`),
          sql` OR `,
        )})`,
    ),
    // Letters and digits alone, so that nothing of it is a wildcard; beyond ASCII everything counts as a letter.
    ...beginnings.map((word) => sql`(char(10) || ${text}) GLOB ${`*[^0-9a-z\u0080-\u{10ffff}]${word}*`}`),
  ];
}

/** A word as it stands, and part of a MAC address also without what separates its digits: so it is kept where it is searched. */
function formsOf(word: string): string[] {
  const isMac = /^[0-9a-f]{1,2}(?:[:-][0-9a-f]{2})+(?:[:-][0-9a-f]?)?$|^[0-9a-f]{2}(?:[:-][0-9a-f]{2})*[:-][0-9a-f]?$|^[0-9a-f]{1,4}(?:\.[0-9a-f]{4})+$/.test(
    word,
  );
  const digits = word.replace(/[:.-]/g, '');
  return isMac && digits.length >= indexedMin ? [word, digits] : [word];
}

// What the lists of records share: the query of a page, and the cursor that says where one ended.
import { ProblemError } from '@relevo/runtime';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';

const limitMax = 500;
const limitDefault = 50;
/** Longest search, characters. */
const searchMax = 200;

/** Members of a list's query; `sorts` is of that list. */
export const pageQuery = {
  query: z.string().max(searchMax).default('').describe('Words to look for, in any order, case and accents aside'),
  cursor: z.string().max(4096).optional().describe('next_cursor of the page before, asked for in the same order'),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(limitMax))
    .default(limitDefault),
};

/** Beside them in lists that are looked into at any place. */
export const placeQuery = {
  offset: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .optional()
    .describe('Instead of a cursor: how many to pass over; the answer then has their total'),
};

/** Where a page begins: after a position, at an offset, or at the first. All that there are are counted where an offset is asked for. */
export interface PagePlace {
  after: PagePosition | undefined;
  offset?: number | undefined;
}

/** @throws ProblemError `invalid_request` for both, or for a cursor of another list or order. */
export function placeOf({ cursor, offset }: { cursor: string | undefined; offset: number | undefined }, sort: string): PagePlace {
  if (cursor !== undefined && offset !== undefined) throw new ProblemError('invalid_request', 'offset: not together with a cursor');
  return { after: readCursor(cursor, sort), offset };
}

/** The member of an answer that says how many there are, where that was asked. */
export const totalSchema = { total: z.number().int().nonnegative().optional() };

/** The id of a record in a path or query. */
export const idText = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/, 'must be the number of a record')
  .transform(Number);

export const idParams = z.object({ id: idText });

/** The last row of a page: its value in the order's column, if it has one beside the id, and its id. */
export interface PagePosition {
  value: string | null;
  id: number;
}

export interface PageOrder {
  /** The column that is ordered by; undefined: the id alone. */
  column: string | undefined;
  id: string;
  direction: 'asc' | 'desc';
}

/** The order of a sort like `-nombre`, by the columns that the names stand for. */
export function orderOf(sort: string, columns: Record<string, string | undefined>, id: string): PageOrder {
  const name = sort.replace(/^-/, '');
  return { column: columns[name], id, direction: sort.startsWith('-') ? 'desc' : 'asc' };
}

/** For `ORDER BY`. */
export function orderBy({ column, id, direction }: PageOrder): RawBuilder<unknown> {
  const way = direction === 'asc' ? sql`ASC` : sql`DESC`;
  return column === undefined ? sql`${sql.ref(id)} ${way}` : sql`${sql.ref(column)} ${way}, ${sql.ref(id)} ${way}`;
}

/** For `WHERE`: the rows after `position`. */
export function afterPosition({ column, id, direction }: PageOrder, position: PagePosition): RawBuilder<unknown> {
  const comparison = direction === 'asc' ? sql`>` : sql`<`;
  if (column === undefined) return sql`${sql.ref(id)} ${comparison} ${position.id}`;
  return sql`(${sql.ref(column)}, ${sql.ref(id)}) ${comparison} (${position.value}, ${position.id})`;
}

const cursorSchema = z.tuple([z.string(), z.string().nullable(), z.number().int().positive()]);

/** The cursor says its order, so that it cannot be used in another. */
export function writeCursor(position: PagePosition | undefined, sort: string): string | null {
  return position ? encodeCursor([sort, position.value, position.id]) : null;
}

/** @throws ProblemError `invalid_request` when the cursor was not made for this order. */
export function readCursor(text: string | undefined, sort: string): PagePosition | undefined {
  if (text === undefined) return undefined;
  const [madeFor, value, id] = decodeCursor(text, cursorSchema);
  if (madeFor !== sort) throw new ProblemError('invalid_request', 'cursor: not one of this list in this order');
  return { value, id };
}

export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`1` : sql.join(conditions, sql` AND `);
}

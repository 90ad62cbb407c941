// The orders of the file list, and the opaque cursor that says where a page ended.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { FileTable } from '../database/schema.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';

export const fileSorts = ['name', '-name', 'size', '-size', 'created_at', '-created_at'] as const;
export type FileSort = (typeof fileSorts)[number];

export const sortColumns = {
  name: { column: 'name_folded', direction: 'asc' },
  '-name': { column: 'name_folded', direction: 'desc' },
  size: { column: 'size', direction: 'asc' },
  '-size': { column: 'size', direction: 'desc' },
  created_at: { column: 'created_at', direction: 'asc' },
  '-created_at': { column: 'created_at', direction: 'desc' },
} as const satisfies Record<FileSort, { column: keyof FileTable; direction: 'asc' | 'desc' }>;

/** The last row of a page: its value in the order's column, and its id, which tells equal ones apart. */
export interface ListPosition {
  value: string | number;
  id: string;
}

export function positionAfter(row: FileTable, sort: FileSort): ListPosition {
  return { value: row[sortColumns[sort].column], id: row.id };
}

const cursorSchema = z.tuple([z.enum(fileSorts), z.union([z.string(), z.number().int().nonnegative()]), z.string()]);

/** The cursor says its order, so that it cannot be used in another. */
export function writeCursor({ value, id }: ListPosition, sort: FileSort): string {
  return encodeCursor([sort, value, id]);
}

/** @throws ProblemError `invalid_request` when the cursor was not made for this order. */
export function readCursor(text: string, sort: FileSort): ListPosition {
  const [madeFor, value, id] = decodeCursor(text, cursorSchema);
  const numeric = sortColumns[sort].column === 'size';
  if (madeFor !== sort || (typeof value === 'number') !== numeric) throw new ProblemError('invalid_request', 'cursor: not one of this list in this order');
  return { value, id };
}

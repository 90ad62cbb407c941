// The orders of the file list, and the opaque cursor that says where a page ended.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { FileTable } from '../database/schema.ts';

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

/** Text that only `readCursor` understands. It says its order, so that it cannot be used in another. */
export function writeCursor({ value, id }: ListPosition, sort: FileSort): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/** @throws ProblemError `invalid_request` when the cursor was not made for this order. */
export function readCursor(text: string, sort: FileSort): ListPosition {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  const numeric = sortColumns[sort].column === 'size';
  if (!parsed.success || parsed.data[0] !== sort || (typeof parsed.data[1] === 'number') !== numeric) {
    throw new ProblemError('invalid_request', 'cursor: not one that this list gave in this order');
  }
  const [, value, id] = parsed.data;
  return { value, id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

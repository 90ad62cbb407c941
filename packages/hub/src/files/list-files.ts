// GET /api/files: one page of files.
import { fileSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import type { Files } from './files.ts';
import { fileSorts, readCursor, writeCursor } from './list-position.ts';

const limitMax = 200;
const limitDefault = 50;

const query = z.object({
  query: z.string().max(255).default('').describe('Part of the name, in any case'),
  sort: z.enum(fileSorts).default('-created_at'),
  cursor: z.string().max(4096).optional().describe('next_cursor of the page before, asked for in the same order'),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(limitMax))
    .default(limitDefault),
  offset: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .optional()
    .describe('Instead of a cursor: how many files to pass over; the answer then has their total'),
});

/** @param scope whose files: the caller's (an administrator's list has everybody's), or everybody's for agents. */
export function listFiles(files: Files, { scope = 'caller' }: { scope?: 'caller' | 'everybody' } = {}) {
  return endpoint({
    summary: 'List files',
    query,
    responses: {
      200: {
        description: 'One page',
        schema: z.object({ files: z.array(fileSchema), next_cursor: z.string().nullable(), total: z.number().int().nonnegative().optional() }),
      },
    },
    async handle({ caller, query: { query, sort, cursor, offset, limit } }) {
      if (cursor !== undefined && offset !== undefined) throw new ProblemError('invalid_request', 'offset: not together with a cursor');
      const page = await files.list({
        ownerId: scope === 'everybody' || caller.role === 'admin' ? undefined : caller.userId,
        query,
        sort,
        after: cursor === undefined ? undefined : readCursor(cursor, sort),
        offset,
        limit,
      });
      return json({
        files: page.files,
        next_cursor: page.next ? writeCursor(page.next, sort) : null,
        ...(page.total !== undefined && { total: page.total }),
      });
    },
  });
}

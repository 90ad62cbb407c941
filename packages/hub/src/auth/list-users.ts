// GET /api/users: every account, by id.
import { userSchema } from '@relevo/protocol';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Users } from './users.ts';

const limitMax = 1000;
const limitDefault = 100;
const positionSchema = z.number().int().positive();

export function listUsers(users: Users) {
  return endpoint({
    summary: 'Every account',
    query: z.object({ cursor: z.string().max(64).optional(), limit: z.coerce.number().int().min(1).max(limitMax).default(limitDefault) }),
    responses: { 200: { description: 'Accounts by id', schema: z.object({ users: z.array(userSchema), next_cursor: z.string().nullable() }) } },
    handle: async ({ query: { cursor, limit } }) => {
      const page = await users.list(cursor === undefined ? 0 : decodeCursor(cursor, positionSchema), limit);
      const last = page.at(-1);
      return json({ users: page, next_cursor: last !== undefined && page.length === limit ? encodeCursor(last.id) : null });
    },
  });
}

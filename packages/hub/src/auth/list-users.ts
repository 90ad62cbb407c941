// GET /api/users: every account, by id.
import { userSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import type { Users } from './users.ts';

const limitMax = 1000;
const limitDefault = 100;

export function listUsers(users: Users) {
  return endpoint({
    summary: 'Every account',
    query: z.object({
      cursor: z
        .string()
        .regex(/^[0-9]{1,15}$/, 'must be the next_cursor of the page before')
        .transform(Number)
        .default(0),
      limit: z.coerce.number().int().min(1).max(limitMax).default(limitDefault),
    }),
    responses: { 200: { description: 'Accounts by id', schema: z.object({ users: z.array(userSchema), next_cursor: z.string().nullable() }) } },
    handle: async ({ query: { cursor, limit } }) => {
      const page = await users.list(cursor, limit);
      const last = page.at(-1);
      return json({ users: page, next_cursor: last !== undefined && page.length === limit ? String(last.id) : null });
    },
  });
}

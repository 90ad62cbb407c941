// POST /api/users: an administrator makes an account.
import { userSchema } from '@relevo/protocol';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { newUserSchema } from './user-input.ts';
import type { Users } from './users.ts';

export function createUser(users: Users) {
  return endpoint({
    summary: 'Make an account',
    body: newUserSchema,
    responses: {
      201: { description: 'The account', schema: userSchema },
      409: { description: '`user_exists`: the e-mail has an account' },
      422: { description: '`password_weak`: the password is too short or too long' },
    },
    handle: async (request) => json(await users.create(request.body, actorOf(request)), 201),
  });
}

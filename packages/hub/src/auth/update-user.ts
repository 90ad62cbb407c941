// PATCH /api/users/{id}: an administrator renames, promotes, disables or gives a new password.
import { userSchema } from '@relevo/protocol';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { userChangesSchema, userParamsSchema } from './user-input.ts';
import type { Users } from './users.ts';

export function updateUser(users: Users) {
  return endpoint({
    summary: 'Change an account; disabling it or a new password ends its sessions at once',
    params: userParamsSchema,
    body: userChangesSchema,
    responses: {
      200: { description: 'The account', schema: userSchema },
      404: { description: '`not_found`' },
      409: { description: '`last_admin`: nobody else could administrate the hub' },
      422: { description: '`password_weak`: the password is too short or too long' },
    },
    handle: async (request) => json(await users.update(request.params.id, request.body, actorOf(request))),
  });
}

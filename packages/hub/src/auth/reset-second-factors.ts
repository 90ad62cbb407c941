// DELETE /api/users/{id}/two-factor: an administrator helps somebody who lost their device.
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, noContent } from '../http/endpoint.ts';
import { userParamsSchema } from './user-input.ts';
import type { Users } from './users.ts';

export function resetSecondFactors(users: Users) {
  return endpoint({
    summary: 'Take authenticator app, recovery codes and passkeys off an account; its sessions end',
    params: userParamsSchema,
    responses: { 204: { description: 'The password alone signs in' }, 404: { description: '`not_found`' } },
    async handle(request) {
      await users.resetSecondFactors(request.params.id, actorOf(request));
      return noContent();
    },
  });
}

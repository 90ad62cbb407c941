// PATCH /api/me and GET /api/me/security: what one may change of oneself, and how the account is kept safe beside its password.
import { accountSecuritySchema, meSchema } from '@relevo/protocol';
import { z } from 'zod';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Auth } from './auth.ts';
import { nameSchema } from './user-input.ts';

export function changeMe(auth: Auth) {
  return endpoint({
    summary: 'Change one’s own name',
    body: z.strictObject({ name: nameSchema }),
    responses: { 200: { description: 'The signed-in person', schema: meSchema } },
    async handle(request) {
      const { id, email, name, role, permissions } = await auth.users.update(request.caller.userId, request.body, actorOf(request));
      return json({ id, email, name, role, permissions });
    },
  });
}

export function getSecurity(auth: Auth) {
  return endpoint({
    summary: 'Two-factor sign-in, recovery codes left, passkeys',
    responses: { 200: { description: 'Of the signed-in person', schema: accountSecuritySchema } },
    handle: async ({ caller }) => json(await auth.securityOf(caller.userId)),
  });
}

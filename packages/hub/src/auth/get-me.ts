// GET /api/me: who is signed in.
import { meSchema } from '@relevo/protocol';
import { endpoint, json } from '../http/endpoint.ts';
import type { Auth } from './auth.ts';

/** Also lengthens the session by its use: a page asks this when it opens. */
export function getMe(auth: Auth) {
  return endpoint({
    summary: 'Who is signed in',
    responses: { 200: { description: 'The signed-in person', schema: meSchema } },
    handle: async ({ raw, caller }) => {
      const response = json({ id: caller.userId, email: caller.email, name: caller.name, role: caller.role, permissions: caller.permissions });
      for (const cookie of await auth.renewedCookies(raw)) response.headers.append('set-cookie', cookie);
      return response;
    },
  });
}

// Everything under /api/auth: signing in and out, handed to the accounts whole.
import { endpoint } from '../http/endpoint.ts';
import type { Auth } from './auth.ts';

export function authEndpoint(auth: Auth) {
  return endpoint({
    summary: 'Sign-in, sign-out, session (better-auth)',
    responses: {
      200: { description: 'As better-auth answers; refusals are problem documents', mediaType: 'application/json' },
      201: { description: 'Made', mediaType: 'application/json' },
      204: { description: 'Done' },
    },
    handle: ({ raw, clientAddress, requestId }) => auth.handle(raw, clientAddress, requestId),
  });
}

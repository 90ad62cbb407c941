// GET and DELETE /api/me/sessions: where one is signed in, and signing out of there.
import { sessionSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json, noContent } from '../http/endpoint.ts';
import type { Sessions } from './sessions.ts';

export function listSessions(sessions: Sessions) {
  return endpoint({
    summary: 'Where one is signed in, the newest use first',
    responses: { 200: { description: 'Sessions', schema: z.object({ sessions: z.array(sessionSchema) }) } },
    handle: async ({ caller, raw }) => json({ sessions: await sessions.list(caller.userId, sessions.tokenOf(raw)) }),
  });
}

export function endSession(sessions: Sessions) {
  return endpoint({
    summary: 'Sign out of one session; what it had opened closes with 4401',
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9][0-9]{0,14}$/, 'must be the id of a session')
        .transform(Number),
    }),
    responses: { 204: { description: 'It has ended' }, 404: { description: '`not_found`' } },
    async handle({ caller, params }) {
      await sessions.end(caller.userId, params.id);
      return noContent();
    },
  });
}

export function endOtherSessions(sessions: Sessions) {
  return endpoint({
    summary: 'Sign out of every session but the one that asks',
    responses: { 204: { description: 'They have ended' } },
    async handle({ caller, raw }) {
      await sessions.endOthers(caller.userId, sessions.tokenOf(raw), 'signed_out');
      return noContent();
    },
  });
}

// Lets the hub begin a session for somebody whom it knows by other means than a password: a passkey. Never offered over HTTP.
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

/** better-auth plugin: `api.startSession({ body: { userId }, headers })` makes the session and its cookies; a disabled account is refused with 403. */
export const sessionStarter = {
  id: 'relevo-session-starter',
  endpoints: {
    startSession: createAuthEndpoint.serverOnly({ method: 'POST', body: z.object({ userId: z.number().int().positive() }) }, async (ctx) => {
      const { internalAdapter } = ctx.context;
      const userId = String(ctx.body.userId);
      const user = await internalAdapter.findUserById(userId);
      const session = user && (await internalAdapter.createSession(userId, false));
      if (!user || !session) return ctx.json({ started: false });
      await setSessionCookie(ctx, { session, user });
      return ctx.json({ started: true });
    }),
  },
};

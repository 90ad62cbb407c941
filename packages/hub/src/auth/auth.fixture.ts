// A hub of accounts alone, on a real socket and a real database, for the tests of this folder.
import { createLog, readSettings } from '@relevo/runtime';
import { AuditLog } from '../audit/audit-log.ts';
import { openHubDatabase } from '../database/database.ts';
import { createRouter } from '../http/router.ts';
import { hubSettings } from '../settings.ts';
import { createApiKey } from './create-api-key.ts';
import { createAuth } from './create-auth.ts';
import { createUser } from './create-user.ts';
import { deleteApiKey } from './delete-api-key.ts';
import { getMe } from './get-me.ts';
import { listApiKeys } from './list-api-keys.ts';
import { listUsers } from './list-users.ts';
import { changeMe, getSecurity } from './own-account.ts';
import { endOtherSessions, endSession, listSessions } from './own-sessions.ts';
import { resetSecondFactors } from './reset-second-factors.ts';
import { updateUser } from './update-user.ts';

export const admin = { email: 'admin@example.com', password: 'correct horse battery' };

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  body: any;
}

/** One browser: keeps cookies, sends the hub's own origin unless told otherwise. */
export interface Visitor {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  signIn(email: string, password: string): Promise<Answer>;
  cookie(): string;
}

export async function startAuthHub(env: Record<string, string> = {}, dataDir = ':memory:') {
  const settings = readSettings(hubSettings, { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ...env });
  const { db, connection } = await openHubDatabase(dataDir);
  const log = createLog({ level: 'silent', format: 'json', service: 'hub' });
  const audit = new AuditLog(db, settings.AUDIT_HISTORY_MS);
  const auth = await createAuth({ db, settings, secret: 'a secret of the tests, long enough', audit, log });
  const firstAdmin = await auth.ensureFirstAdmin();
  const errors: string[] = [];
  const router = createRouter({
    routes: [
      ['GET', '/api/me', 'user', getMe(auth)],
      ['GET', '/api/users', 'admin', listUsers(auth.users)],
      ['POST', '/api/users', 'admin', createUser(auth.users)],
      ['PATCH', '/api/users/{id}', 'admin', updateUser(auth.users)],
      ['DELETE', '/api/users/{id}/two-factor', 'admin', resetSecondFactors(auth.users)],
      ['PATCH', '/api/me', 'user', changeMe(auth)],
      ['GET', '/api/me/security', 'user', getSecurity(auth)],
      ['GET', '/api/me/sessions', 'user', listSessions(auth.sessions)],
      ['DELETE', '/api/me/sessions', 'user', endOtherSessions(auth.sessions)],
      ['DELETE', '/api/me/sessions/{id}', 'user', endSession(auth.sessions)],
      ['GET', '/api/api-keys', 'user', listApiKeys(auth.apiKeys)],
      ['POST', '/api/api-keys', 'user', createApiKey(auth.apiKeys)],
      ['DELETE', '/api/api-keys/{id}', 'user', deleteApiKey(auth.apiKeys)],
    ],
    gate: { person: (request) => auth.callerOf(request), agent: () => Promise.reject(new Error('no agents here')) },
    log,
    publicUrl: settings.PUBLIC_URL,
    jsonBodyMaxBytes: settings.JSON_BODY_MAX_BYTES,
    draining: () => false,
    onError: (code) => errors.push(code),
  });
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => {
      const clientAddress = self.requestIP(request)?.address ?? '';
      if (new URL(request.url).pathname.startsWith('/api/auth/')) return auth.handle(request, clientAddress);
      return router(request, { requestId: 'test', clientAddress });
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  function visitor(): Visitor {
    const jar = new Map<string, string>();
    const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const send: Visitor['send'] = async (method, path, body, headers = {}) => {
      const response = await fetch(origin + path, {
        method,
        headers: {
          origin,
          ...(jar.size > 0 && { cookie: cookie() }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    };
    return { send, cookie, signIn: (email, password) => send('POST', '/api/auth/sign-in/email', { email, password }) };
  }

  return {
    audit,
    auth,
    db,
    connection,
    origin,
    errors,
    firstAdmin,
    visitor,
    /** A visitor who is signed in as the administrator. */
    async asAdmin(): Promise<Visitor> {
      const someone = visitor();
      const answer = await someone.signIn(admin.email, admin.password);
      if (answer.status !== 200) throw new Error(`the administrator could not sign in: ${JSON.stringify(answer.body)}`);
      return someone;
    },
    async stop(): Promise<void> {
      await server.stop(true);
      auth.close();
      await db.destroy();
    },
  };
}

export type AuthHub = Awaited<ReturnType<typeof startAuthHub>>;

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type AuthHub, admin, startAuthHub } from './auth.fixture.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

let hub: AuthHub;
beforeAll(async () => {
  hub = await startAuthHub();
});
afterAll(() => hub.stop());

describe('signing in', () => {
  test('answers with the user and two httpOnly cookies, one of them a signed JWT', async () => {
    const answer = await hub.visitor().signIn(admin.email, admin.password);
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({ email: admin.email, role: 'admin' });
    const cookies = answer.headers.getSetCookie();
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['relevo.session_token', 'relevo.session_data']);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; HttpOnly/i);
      expect(cookie).toMatch(/; SameSite=Lax/i);
      expect(cookie).not.toMatch(/; Secure/i);
    }
    expect(cookies[1]).toMatch(/^relevo\.session_data=eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43};.*Max-Age=60/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('takes the e-mail in any case and with blanks around it', async () => {
    expect((await hub.visitor().signIn(' Admin@EXAMPLE.com ', admin.password)).status).toBe(200);
  });

  test('gives ids that are positive integers', async () => {
    const visitor = await hub.asAdmin();
    expect((await visitor.send('GET', '/api/me')).body).toEqual({
      id: 1,
      email: admin.email,
      name: 'Admin',
      role: 'admin',
      permissions: ['isp:read', 'isp:write', 'isp:remove'],
    });
  });

  test.each([
    ['a wrong password', admin.email, 'wrong password'],
    ['an unknown e-mail', 'nobody@example.com', admin.password],
    ['an empty password', admin.email, ''],
    ['a password longer than any', admin.email, 'x'.repeat(129)],
    ['something that is no e-mail', "' OR 1=1 --", admin.password],
    ['an e-mail with quotes', '"admin"@example.com', admin.password],
    ['a password with a null character', admin.email, `${admin.password}\u0000`],
  ])('answers %s with the same refusal and no cookie', async (_, email, password) => {
    const answer = await hub.visitor().signIn(email, password);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:relevo:error:sign_in_failed',
      title: 'E-mail or password is wrong',
      status: 401,
      code: 'sign_in_failed',
      detail: 'E-mail or password is wrong',
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ['no body', undefined, 'invalid_request'],
    ['an array', [], 'invalid_request'],
    ['no password', { email: admin.email }, 'invalid_request'],
    ['a number for a password', { email: admin.email, password: 12345678 }, 'invalid_request'],
    ['an object for an e-mail', { email: { $ne: null }, password: 'x' }, 'invalid_request'],
    ['a body beyond the limit', { email: admin.email, password: 'x'.repeat(2 * 1024 ** 2) }, 'body_too_large'],
  ])('refuses %s as no sign-in at all', async (_, body, code) => {
    const answer = await hub.visitor().send('POST', '/api/auth/sign-in/email', body);
    expect(answer.body.code).toBe(code);
  });

  test('refuses a form, which another site could send', async () => {
    const answer = await hub.visitor().send('POST', '/api/auth/sign-in/email', undefined, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer.body.code).toBe('invalid_request');
  });

  test('refuses another site even without a cookie', async () => {
    const answer = await hub.visitor().send('POST', '/api/auth/sign-in/email', admin, { origin: 'https://evil.example' });
    expect([answer.status, answer.body.code]).toEqual([403, 'origin_refused']);
  });

  test('works whatever name the hub was reached by', async () => {
    const { port } = new URL(hub.origin);
    for (const host of ['localhost', '127.0.0.1', 'files.example.com']) {
      const own = `http://${host}:${port}`;
      const answer = await hub.visitor().send('POST', '/api/auth/sign-in/email', admin, { host: `${host}:${port}`, origin: own });
      expect(answer.status).toBe(200);
    }
  });
});

describe('the rest of /api/auth', () => {
  test.each([
    ['POST', '/api/auth/sign-up/email', 403, 'sign_up_closed'],
    ['GET', '/api/auth/sign-in/email', 405, 'method_not_allowed'],
    ['GET', '/api/auth/admin/list-users', 404, 'not_found'],
    ['POST', '/api/auth/admin/create-user', 404, 'not_found'],
    ['POST', '/api/auth/admin/impersonate-user', 404, 'not_found'],
    ['POST', '/api/auth/update-user', 404, 'not_found'],
    ['POST', '/api/auth/delete-user', 404, 'not_found'],
    ['GET', '/api/auth/ok', 404, 'not_found'],
    ['GET', '/api/auth/', 404, 'not_found'],
    ['GET', '/api/auth/__proto__', 404, 'not_found'],
    ['GET', '/api/auth//get-session', 404, 'not_found'],
  ])('answers %s %s with %d %s', async (method, path, status, code) => {
    const visitor = await hub.asAdmin();
    const answer = await visitor.send(method, path, method === 'POST' ? { email: 'x@example.com', password: 'password1', name: 'X' } : undefined);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('tells the session to who has one, and null to who has none', async () => {
    const visitor = await hub.asAdmin();
    expect((await visitor.send('GET', '/api/auth/get-session')).body.user.email).toBe(admin.email);
    expect((await hub.visitor().send('GET', '/api/auth/get-session')).body).toBeNull();
  });
});

describe('signing out', () => {
  test('ends the session at once, also for a copy of its cookies', async () => {
    const visitor = await hub.asAdmin();
    const stolen = visitor.cookie();
    const ends: unknown[] = [];
    const unsubscribe = hub.auth.onSessionEnded((end) => ends.push(end));
    const credential = (await hub.auth.identify(new Request(hub.origin, { headers: { cookie: stolen } })))?.credential;
    expect((await visitor.send('POST', '/api/auth/sign-out')).status).toBe(200);
    unsubscribe();
    expect(ends).toEqual([{ userId: 1, credential, reason: 'signed_out' }]);
    expect(visitor.cookie()).toBe('');
    const replay = await hub.visitor().send('GET', '/api/me', undefined, { cookie: stolen });
    expect([replay.status, replay.body.code]).toEqual([401, 'unauthenticated']);
    expect((await hub.visitor().send('GET', '/api/auth/get-session', undefined, { cookie: stolen })).body).toBeNull();
  });

  test('leaves the other sessions of the user alone', async () => {
    const [first, second] = [await hub.asAdmin(), await hub.asAdmin()];
    await first.send('POST', '/api/auth/sign-out');
    expect((await second.send('GET', '/api/me')).status).toBe(200);
  });

  test('is fine for who is not signed in', async () => {
    expect((await hub.visitor().send('POST', '/api/auth/sign-out')).status).toBe(200);
  });
});

describe('the session cookie', () => {
  test.each([
    ['without its signature', (value: string) => value.split('.')[0]],
    ['with another signature', (value: string) => `${value.split('.')[0]}.${Buffer.alloc(32).toString('base64')}`],
    ['with another token under the same signature', (value: string) => `x${value}`],
    ['cut short', (value: string) => value.slice(0, -10)],
    ['empty', () => ''],
    ['of bytes that are no text', () => '%ff%fe.%00'],
  ])('is worth nothing %s', async (_, forge) => {
    const value = /relevo\.session_token=([^;]*)/.exec((await hub.asAdmin()).cookie())?.[1] ?? '';
    const answer = await hub.visitor().send('GET', '/api/me', undefined, { cookie: `relevo.session_token=${forge(value)}` });
    expect(answer.status).toBe(401);
  });

  test('is not replaced by the JWT alone', async () => {
    const jwt = /relevo\.session_data=[^;]*/.exec((await hub.asAdmin()).cookie())?.[0] ?? '';
    expect(jwt).not.toBe('');
    expect((await hub.visitor().send('GET', '/api/me', undefined, { cookie: jwt })).status).toBe(401);
  });

  test('ends when its time has come', async () => {
    const visitor = await hub.asAdmin();
    hub.connection.run(`UPDATE session SET expiresAt = '2020-01-01T00:00:00.000Z'`);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
  });

  test('is Secure and so named when people come by HTTPS', async () => {
    const secure = await startAuthHub({ PUBLIC_URL: 'https://files.example.com' });
    try {
      const answer = await secure.visitor().send('POST', '/api/auth/sign-in/email', admin, { origin: 'https://files.example.com' });
      const cookies = answer.headers.getSetCookie();
      expect(cookies).toHaveLength(2);
      for (const cookie of cookies) expect(cookie).toMatch(/^__Secure-relevo\..*; Secure/);
      const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
      expect((await secure.visitor().send('GET', '/api/me', undefined, { cookie })).status).toBe(200);
    } finally {
      await secure.stop();
    }
  });

  test('lives longer by use', async () => {
    const visitor = await hub.asAdmin();
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    hub.connection.run('UPDATE session SET expiresAt = ?', [soon]);
    const answer = await visitor.send('GET', '/api/me');
    expect(answer.headers.getSetCookie().some((cookie) => /^relevo\.session_token=.*Max-Age=604800/.test(cookie))).toBe(true);
    const rows = hub.connection.query('SELECT max(expiresAt) AS latest FROM session').get() as { latest: string };
    expect(Date.parse(rows.latest)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  });
});

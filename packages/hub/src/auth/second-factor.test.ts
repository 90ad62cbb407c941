// Two-factor sign-in: set up with the password and a first code, asked for after every right password, limited, reset by an administrator.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, setSystemTime, test } from 'bun:test';
import { type AuthHub, startAuthHub, type Visitor } from './auth.fixture.ts';
import { totpCode } from './totp.fixture.ts';

// Hashing passwords: slow where the machine is busy.
setDefaultTimeout(60_000);

const password = 'password of the user';
let hub: AuthHub;
let boss: Visitor;
beforeAll(async () => {
  hub = await startAuthHub();
  boss = await hub.asAdmin();
});
afterAll(async () => {
  setSystemTime();
  await hub.stop();
});

let made = 0;
async function makeUser(where = hub, by = boss) {
  made += 1;
  const email = `t${made}@example.com`;
  const { body } = await by.send('POST', '/api/users', { email, name: 'T', password });
  const visitor = where.visitor();
  await visitor.signIn(email, password);
  return { id: body.id as number, email, visitor };
}

const twoFactor = (visitor: Visitor, what: string, body: unknown) => visitor.send('POST', `/api/auth/two-factor/${what}`, body);

/** The next code: the one before was used, and a code is good once. */
let clock = 0;
function nextCode(uri: string): string {
  clock = Math.max(Date.now(), clock) + 30_000;
  setSystemTime(new Date(clock));
  return totpCode(uri, clock);
}

async function withSecondFactor(where = hub, by = boss) {
  const user = await makeUser(where, by);
  const { body } = await twoFactor(user.visitor, 'enable', { password });
  const confirmed = await twoFactor(user.visitor, 'verify-totp', { code: nextCode(body.totpURI) });
  if (confirmed.status !== 200) throw new Error(`not enabled: ${JSON.stringify(confirmed.body)}`);
  return { ...user, uri: body.totpURI as string, codes: body.backupCodes as string[] };
}

const auditOf = async (id: number) => (await hub.audit.list({ subjectKind: 'user', subjectId: String(id), limit: 100 })).map(({ action }) => action).reverse();

describe('setting up', () => {
  test('gives a text for the QR code and ten recovery codes, and counts only after a right code', async () => {
    const { visitor, email, id } = await makeUser();
    const answer = await twoFactor(visitor, 'enable', { password });
    expect(answer.status).toBe(200);
    const uri = new URL(answer.body.totpURI);
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual(['otpauth:', 'totp', `/Relevo 127.0.0.1:${email}`]);
    expect(answer.body.backupCodes).toHaveLength(10);
    expect((await visitor.send('GET', '/api/me/security')).body).toEqual({ two_factor: false, recovery_codes_left: 0, passkeys: [] });
    expect((await hub.visitor().signIn(email, password)).body.user.email).toBe(email);
    expect((await twoFactor(visitor, 'verify-totp', { code: '000000' })).body.code).toBe('second_factor_wrong');
    expect((await twoFactor(visitor, 'verify-totp', { code: nextCode(answer.body.totpURI) })).status).toBe(200);
    expect((await visitor.send('GET', '/api/me/security')).body).toEqual({ two_factor: true, recovery_codes_left: 10, passkeys: [] });
    expect((await boss.send('GET', '/api/users')).body.users.find((user: { id: number }) => user.id === id).two_factor).toBe(true);
    expect(await auditOf(id)).toEqual(['user.create', 'two_factor.enable']);
  });

  test('keeps secret and codes encrypted', async () => {
    const { uri, codes } = await withSecondFactor();
    const kept = JSON.stringify(hub.connection.query('SELECT * FROM twoFactor').all());
    for (const secret of [new URL(uri).searchParams.get('secret') ?? '', ...codes]) expect(kept).not.toContain(secret);
  });

  test('lets what the session had opened come back, as the session is a new one', async () => {
    const { visitor, id } = await makeUser();
    const { body } = await twoFactor(visitor, 'enable', { password });
    const ends: unknown[] = [];
    const unsubscribe = hub.auth.onSessionEnded((end) => ends.push(end));
    await twoFactor(visitor, 'verify-totp', { code: nextCode(body.totpURI) });
    unsubscribe();
    expect(ends).toEqual([{ userId: id, credential: expect.stringMatching(/^session:/), reason: 'renewed' }]);
    expect((await visitor.send('GET', '/api/me')).status).toBe(200);
  });

  test.each([
    ['a wrong password', { password: 'wrong password' }, 403, 'password_wrong'],
    ['an empty password', { password: '' }, 403, 'password_wrong'],
    ['no password', {}, 400, 'invalid_request'],
    ['a list', [], 400, 'invalid_request'],
  ])('is refused with %s', async (_, body, status, code) => {
    const { visitor } = await makeUser();
    const answer = await twoFactor(visitor, 'enable', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('is refused without a session, with an API key, and twice', async () => {
    expect((await twoFactor(hub.visitor(), 'enable', { password })).status).toBe(401);
    const { visitor } = await withSecondFactor();
    expect((await twoFactor(visitor, 'enable', { password })).body.code).toBe('second_factor_on');
    const { body } = await visitor.send('POST', '/api/api-keys', { name: 'k' });
    const program = await hub.visitor().send('POST', '/api/auth/two-factor/disable', { password }, { authorization: `Bearer ${body.key}` });
    expect(program.status).toBe(401);
  });
});

describe('signing in', () => {
  test('asks for the code, gives no session before it, and takes it once', async () => {
    const { email, uri } = await withSecondFactor();
    const visitor = hub.visitor();
    const first = await visitor.signIn(email, password);
    expect([first.status, first.body]).toEqual([200, { twoFactorRedirect: true, twoFactorMethods: ['totp'] }]);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
    const code = nextCode(uri);
    expect((await twoFactor(visitor, 'verify-totp', { code: `${code.slice(0, 3)} ${code.slice(3)}` })).status).toBe(200);
    expect((await visitor.send('GET', '/api/me')).body.email).toBe(email);
    const other = hub.visitor();
    await other.signIn(email, password);
    expect((await twoFactor(other, 'verify-totp', { code })).body.code).toBe('second_factor_wrong');
    expect((await other.send('GET', '/api/me')).status).toBe(401);
  });

  test('takes the same code only once when it comes twice at the same moment', async () => {
    const { email, uri } = await withSecondFactor();
    const visitors = [hub.visitor(), hub.visitor(), hub.visitor()];
    for (const visitor of visitors) await visitor.signIn(email, password);
    const code = nextCode(uri);
    const answers = await Promise.all(visitors.map((visitor) => twoFactor(visitor, 'verify-totp', { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  test('takes each recovery code once, and tells how many are left', async () => {
    const { email, codes, id } = await withSecondFactor();
    const [code = ''] = codes;
    const visitor = hub.visitor();
    await visitor.signIn(email, password);
    expect((await twoFactor(visitor, 'verify-backup-code', { code: ` ${code} ` })).status).toBe(200);
    expect((await visitor.send('GET', '/api/me/security')).body.recovery_codes_left).toBe(9);
    const again = hub.visitor();
    await again.signIn(email, password);
    const refused = await twoFactor(again, 'verify-backup-code', { code });
    expect([refused.status, refused.body.code]).toEqual([401, 'second_factor_wrong']);
    expect((await auditOf(id)).at(-1)).toBe('two_factor.use_recovery_code');
  });

  test.each([
    ['the code of another second', (uri: string) => totpCode(uri, Date.now() - 600_000)],
    ['letters', () => 'abcdef'],
    ['nothing', () => ''],
    ['seven digits', () => '1234567'],
    ['digits of another script', () => '١٢٣٤٥٦'],
  ])('refuses %s', async (_, wrong) => {
    const { email, uri } = await withSecondFactor();
    const visitor = hub.visitor();
    await visitor.signIn(email, password);
    const answer = await twoFactor(visitor, 'verify-totp', { code: wrong(uri) });
    expect([answer.status, answer.body.code]).toEqual([401, 'second_factor_wrong']);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
  });

  test.each(['verify-totp', 'verify-backup-code'])('%s without a right password before it, or with a forged one, is refused', async (what) => {
    const { uri } = await withSecondFactor();
    for (const cookie of ['', 'relevo.two_factor=2fa-abc.AAAA']) {
      const answer = await hub.visitor().send('POST', `/api/auth/two-factor/${what}`, { code: nextCode(uri) }, { cookie });
      expect([answer.status, answer.body.code]).toEqual([401, 'second_factor_expired']);
    }
  });

  test.each([[{}], [{ code: 123456 }], [{ code: 'x'.repeat(65) }]])('refuses %p as no code at all', async (body) => {
    const { email } = await withSecondFactor();
    const visitor = hub.visitor();
    await visitor.signIn(email, password);
    expect((await twoFactor(visitor, 'verify-totp', body)).body.code).toBe('invalid_request');
  });

  test('of a disabled account is refused after the right code too', async () => {
    const { email, uri, id } = await withSecondFactor();
    const visitor = hub.visitor();
    await visitor.signIn(email, password);
    await boss.send('PATCH', `/api/users/${id}`, { disabled: true });
    expect((await twoFactor(visitor, 'verify-totp', { code: nextCode(uri) })).body.code).toBe('account_disabled');
  });
});

describe('guessing', () => {
  test('ends the sign-in after five wrong codes, and locks the account after SIGN_IN_FAILURES_MAX from anywhere', async () => {
    const strict = await startAuthHub({ SIGN_IN_FAILURES_MAX: '8', SECOND_FACTOR_LOCK_MS: '60000' });
    try {
      const { email, uri, id, codes } = await withSecondFactor(strict, await strict.asAdmin());
      const outcomes: string[] = [];
      for (let round = 0; round < 2; round++) {
        const visitor = strict.visitor();
        await visitor.signIn(email, password);
        for (let attempt = 0; attempt < 6; attempt++) outcomes.push((await twoFactor(visitor, 'verify-totp', { code: '000000' })).body.code);
      }
      expect(outcomes.slice(0, 6)).toEqual([...Array<string>(5).fill('second_factor_wrong'), 'second_factor_expired']);
      expect(outcomes.at(-1)).toBe('too_many_requests');
      // Neither the right code nor a recovery code opens it now, though the password is right.
      const visitor = strict.visitor();
      expect((await visitor.signIn(email, password)).body.twoFactorRedirect).toBe(true);
      for (const [what, code] of [
        ['verify-totp', nextCode(uri)],
        ['verify-backup-code', codes[0]],
      ] as const) {
        const answer = await twoFactor(visitor, what, { code });
        expect([answer.status, answer.body.code]).toEqual([429, 'too_many_requests']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const actions = (await strict.audit.list({ subjectId: String(id), limit: 100 })).map(({ action }) => action);
      expect(actions).not.toContain('two_factor.disable');
    } finally {
      await strict.stop();
    }
  });

  test('from many addresses is locked, for all of them, and noted once', async () => {
    const strict = await startAuthHub({ SIGN_IN_FAILURES_MAX: '3' });
    try {
      const { email, uri, id } = await withSecondFactor(strict, await strict.asAdmin());
      const attempt = async (address: string, code: string) => {
        const visitor = strict.visitor();
        await visitor.signIn(email, password);
        const headers = { cookie: visitor.cookie(), origin: strict.origin, 'content-type': 'application/json' };
        const request = new Request(`${strict.origin}/api/auth/two-factor/verify-totp`, { method: 'POST', headers, body: JSON.stringify({ code }) });
        return strict.auth.handle(request, address);
      };
      for (let host = 1; host <= 3; host++) expect((await attempt(`192.0.2.${host}`, '000000')).status).toBe(401);
      const locked = await attempt('192.0.2.9', nextCode(uri));
      expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
      expect((await strict.audit.list({ subjectId: String(id), action: 'two_factor.lock', limit: 10 })).map(({ client_address }) => client_address)).toEqual([
        '192.0.2.3',
      ]);
    } finally {
      await strict.stop();
    }
  });
});

describe('turning off and on again', () => {
  test('needs the password, and is noted', async () => {
    const { visitor, email, id } = await withSecondFactor();
    expect((await twoFactor(visitor, 'disable', { password: 'wrong password' })).body.code).toBe('password_wrong');
    expect((await visitor.send('GET', '/api/me/security')).body.two_factor).toBe(true);
    expect((await twoFactor(visitor, 'disable', { password })).status).toBe(204);
    expect((await hub.visitor().signIn(email, password)).body.user.email).toBe(email);
    expect((await twoFactor(visitor, 'disable', { password })).body.code).toBe('second_factor_off');
    expect(await auditOf(id)).toEqual(['user.create', 'two_factor.enable', 'two_factor.disable']);
  });

  test('new recovery codes need the password and end the old ones', async () => {
    const { visitor, email, codes } = await withSecondFactor();
    expect((await twoFactor(visitor, 'generate-backup-codes', { password: '' })).body.code).toBe('password_wrong');
    const { body } = await twoFactor(visitor, 'generate-backup-codes', { password });
    expect(body.backupCodes).toHaveLength(10);
    const other = hub.visitor();
    await other.signIn(email, password);
    expect((await twoFactor(other, 'verify-backup-code', { code: codes[0] })).body.code).toBe('second_factor_wrong');
    expect((await twoFactor(other, 'verify-backup-code', { code: body.backupCodes[0] })).status).toBe(200);
    const without = await makeUser();
    expect((await twoFactor(without.visitor, 'generate-backup-codes', { password })).body.code).toBe('second_factor_off');
  });

  test('an administrator resets it: the password alone signs in, and every session has ended', async () => {
    const { visitor, email, id } = await withSecondFactor();
    expect((await visitor.send('DELETE', `/api/users/${id}/two-factor`)).status).toBe(403);
    expect((await boss.send('DELETE', `/api/users/${id}/two-factor`)).status).toBe(204);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
    expect((await hub.visitor().signIn(email, password)).body.user.email).toBe(email);
    expect((await auditOf(id)).at(-1)).toBe('two_factor.reset');
    expect((await boss.send('DELETE', '/api/users/99999/two-factor')).status).toBe(404);
    expect((await boss.send('DELETE', '/api/users/zero/two-factor')).status).toBe(400);
  });
});

// Passkeys: added with the password, signed in with alone, bound to this hub's address, used once per challenge.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type AuthHub, startAuthHub, type Visitor } from './auth.fixture.ts';
import { TestAuthenticator } from './authenticator.fixture.ts';
import { PasskeyChallenges } from './passkey-challenges.ts';

// Hashing passwords: slow where the machine is busy.
setDefaultTimeout(60_000);

const password = 'password of the user';
let hub: AuthHub;
let boss: Visitor;
beforeAll(async () => {
  hub = await startAuthHub({ PASSKEYS_PER_USER_MAX: '2' });
  boss = await hub.asAdmin();
});
afterAll(() => hub.stop());

let made = 0;
async function makeUser() {
  made += 1;
  const email = `w${made}@example.com`;
  const { body } = await boss.send('POST', '/api/users', { email, name: 'W', password });
  const visitor = hub.visitor();
  await visitor.signIn(email, password);
  return { id: body.id as number, email, visitor };
}

const passkey = (visitor: Visitor, what: string, body: unknown = {}) => visitor.send('POST', `/api/auth/passkey/${what}`, body);

async function add(visitor: Visitor, device = new TestAuthenticator(hub.origin), name = 'Laptop') {
  const options = await passkey(visitor, 'generate-register-options', { password });
  const answer = await passkey(visitor, 'verify-registration', { name, response: device.create(options.body) });
  return { device, answer };
}

async function signIn(device: TestAuthenticator, flags = {}, visitor = hub.visitor()) {
  const options = await passkey(visitor, 'generate-authenticate-options');
  return { visitor, answer: await passkey(visitor, 'verify-authentication', { response: device.get(options.body, flags) }) };
}

describe('adding a passkey', () => {
  test('asks for a device that knows its user, keeps the public key, and is noted', async () => {
    const { visitor, email, id } = await makeUser();
    const options = await passkey(visitor, 'generate-register-options', { password });
    expect(options.body).toMatchObject({
      rp: { id: '127.0.0.1', name: 'Relevo' },
      user: { name: email, displayName: 'W' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const device = new TestAuthenticator(hub.origin);
    const answer = await passkey(visitor, 'verify-registration', { name: ' Laptop ', response: device.create(options.body) });
    expect([answer.status, answer.body]).toEqual([
      201,
      { id: device.id, name: 'Laptop', backed_up: false, created_at: expect.any(String), last_used_at: null },
    ]);
    expect((await visitor.send('GET', '/api/me/security')).body.passkeys).toEqual([answer.body]);
    expect(await hub.audit.list({ action: 'passkey.create', userId: id, limit: 1 })).toMatchObject([{ subject_id: device.id, subject_title: 'Laptop' }]);
  });

  test.each([
    ['a wrong password', { password: 'wrong password' }, 403, 'password_wrong'],
    ['no password', {}, 400, 'invalid_request'],
  ])('is refused with %s', async (_, body, status, code) => {
    const { visitor } = await makeUser();
    const answer = await passkey(visitor, 'generate-register-options', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('is refused without a session, and to an API key', async () => {
    expect((await passkey(hub.visitor(), 'generate-register-options', { password })).status).toBe(401);
    const { visitor } = await makeUser();
    const { body } = await visitor.send('POST', '/api/api-keys', { name: 'k' });
    const authorization = `Bearer ${body.key}`;
    expect((await hub.visitor().send('POST', '/api/auth/passkey/generate-register-options', { password }, { authorization })).status).toBe(401);
  });

  test.each([
    ['signed for another site', { origin: 'https://evil.example' }],
    ['with another challenge', { challenge: 'AAAA' }],
    ['of a device that did not check its user', { userVerified: false }],
  ])('is refused when the answer is %s', async (_, flags) => {
    const { visitor } = await makeUser();
    const options = await passkey(visitor, 'generate-register-options', { password });
    const answer = await passkey(visitor, 'verify-registration', { name: 'x', response: new TestAuthenticator(hub.origin).create(options.body, flags) });
    expect([answer.status, answer.body.code]).toEqual([401, 'passkey_refused']);
    expect((await visitor.send('GET', '/api/me/security')).body.passkeys).toEqual([]);
  });

  test('is refused with the challenge of another user, and with one that was used', async () => {
    const [one, two] = [await makeUser(), await makeUser()];
    const options = await passkey(one.visitor, 'generate-register-options', { password });
    const stolen = { name: 'x', response: new TestAuthenticator(hub.origin).create(options.body) };
    expect((await passkey(two.visitor, 'verify-registration', stolen)).body.code).toBe('passkey_refused');
    expect((await passkey(one.visitor, 'verify-registration', stolen)).body.code).toBe('passkey_refused');
  });

  test('is refused for a device that is known, and beyond the number a user may have', async () => {
    const [one, two] = [await makeUser(), await makeUser()];
    const { device } = await add(one.visitor);
    expect((await add(two.visitor, device)).answer.body.code).toBe('passkey_exists');
    await add(one.visitor);
    const over = await passkey(one.visitor, 'generate-register-options', { password });
    expect([over.status, over.body.code]).toEqual([429, 'too_many_passkeys']);
  });

  test.each([
    ['nothing', undefined],
    ['text', 'credential'],
    ['an id that is no base64url', { id: '../..', rawId: '../..', type: 'public-key', clientExtensionResults: {}, response: {} }],
    ['no attestation', { id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON: 'e30' } }],
  ])('is no registration with %s', async (_, response) => {
    const { visitor } = await makeUser();
    expect((await passkey(visitor, 'verify-registration', { name: 'x', response })).body.code).toBe('invalid_request');
  });

  test('survives bytes that are no attestation', async () => {
    const { visitor } = await makeUser();
    const response = {
      id: 'AAAA',
      rawId: 'AAAA',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: '%%%', attestationObject: '////' },
    };
    expect((await passkey(visitor, 'verify-registration', { name: 'x', response })).body.code).toBe('passkey_refused');
  });
});

describe('signing in with a passkey', () => {
  test('needs nothing else, stands for both factors, and is remembered', async () => {
    const user = await makeUser();
    const { device } = await add(user.visitor);
    hub.connection.run('UPDATE user SET twoFactorEnabled = 1 WHERE id = ?', [user.id]);
    const { visitor, answer } = await signIn(device);
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain('token');
    for (const cookie of answer.headers.getSetCookie()) expect(cookie).toMatch(/; HttpOnly.*; SameSite=Lax/i);
    expect((await visitor.send('GET', '/api/me')).body.id).toBe(user.id);
    hub.connection.run('UPDATE user SET twoFactorEnabled = 0 WHERE id = ?', [user.id]);
    expect((await user.visitor.send('GET', '/api/me/security')).body.passkeys[0].last_used_at).toEqual(expect.any(String));
  });

  test.each([
    ['signed for another site', { origin: 'https://evil.example' }],
    ['with another challenge', { challenge: 'AAAA' }],
    ['of a device that did not check its user', { userVerified: false }],
  ])('is refused when the answer is %s', async (_, flags) => {
    const { device } = await add((await makeUser()).visitor);
    const { visitor, answer } = await signIn(device, flags);
    expect([answer.status, answer.body.code]).toEqual([401, 'passkey_refused']);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
  });

  test('is refused when the same answer comes again', async () => {
    const { device } = await add((await makeUser()).visitor);
    const options = await passkey(hub.visitor(), 'generate-authenticate-options');
    const response = device.get(options.body);
    expect((await passkey(hub.visitor(), 'verify-authentication', { response })).status).toBe(200);
    expect((await passkey(hub.visitor(), 'verify-authentication', { response })).body.code).toBe('passkey_refused');
  });

  test('is refused to a copy of the device whose count is behind', async () => {
    const { device } = await add((await makeUser()).visitor);
    expect((await signIn(device)).answer.status).toBe(200);
    expect((await signIn(device)).answer.status).toBe(200);
    device.counter = 0;
    expect((await signIn(device)).answer.body.code).toBe('passkey_refused');
  });

  test('is refused to a device that nobody added, and to one that was removed', async () => {
    const stranger = new TestAuthenticator(hub.origin);
    expect((await signIn(stranger)).answer.body.code).toBe('passkey_refused');
    const { visitor, id } = await makeUser();
    const { device } = await add(visitor);
    expect((await passkey(visitor, 'delete-passkey', { id: device.id })).status).toBe(204);
    expect((await signIn(device)).answer.body.code).toBe('passkey_refused');
    expect(await hub.audit.list({ action: 'passkey.delete', userId: id, limit: 1 })).toHaveLength(1);
  });

  test('of a disabled account is refused, and says why', async () => {
    const { visitor, id } = await makeUser();
    const { device } = await add(visitor);
    await boss.send('PATCH', `/api/users/${id}`, { disabled: true });
    const { answer } = await signIn(device);
    expect([answer.status, answer.body.code]).toEqual([403, 'account_disabled']);
  });

  test('an administrator resets it with the other second factors', async () => {
    const { visitor, id } = await makeUser();
    const { device } = await add(visitor);
    await boss.send('DELETE', `/api/users/${id}/two-factor`);
    expect((await signIn(device)).answer.body.code).toBe('passkey_refused');
  });

  test('is limited as every sign-in is', async () => {
    const strict = await startAuthHub({ SIGN_IN_FAILURES_MAX: '2' });
    try {
      const stranger = new TestAuthenticator(strict.origin);
      const attempt = () => strict.visitor().send('POST', '/api/auth/passkey/verify-authentication', { response: stranger.get({ challenge: 'AAAA' }) });
      const codes = [(await attempt()).body.code, (await attempt()).body.code, (await attempt()).body.code];
      expect(codes).toEqual(['passkey_refused', 'passkey_refused', 'too_many_requests']);
    } finally {
      await strict.stop();
    }
  });
});

describe('a passkey', () => {
  test('is renamed by its owner, and by nobody else', async () => {
    const [one, two] = [await makeUser(), await makeUser()];
    const { device } = await add(one.visitor);
    expect((await passkey(one.visitor, 'update-passkey', { id: device.id, name: 'Phone' })).body.name).toBe('Phone');
    expect((await passkey(two.visitor, 'update-passkey', { id: device.id, name: 'Mine' })).status).toBe(404);
    expect((await passkey(two.visitor, 'delete-passkey', { id: device.id })).status).toBe(404);
    expect((await passkey(one.visitor, 'update-passkey', { id: device.id, name: '' })).status).toBe(400);
  });
});

describe('challenges', () => {
  test('are good once, for whom they were made, and for five minutes', () => {
    let now = 0;
    const challenges = new PasskeyChallenges(10, () => now);
    challenges.issue('a', 7);
    expect([challenges.take('a', 7), challenges.take('a', 7)]).toEqual([true, false]);
    challenges.issue('b', 7);
    expect([challenges.take('b', undefined), challenges.take('b', 7)]).toEqual([false, false]);
    challenges.issue('c', undefined);
    now = 5 * 60_000;
    expect(challenges.take('c', undefined)).toBe(false);
  });

  test('held at once are bounded: the oldest goes', () => {
    const challenges = new PasskeyChallenges(2, () => 0);
    for (const challenge of ['a', 'b', 'c']) challenges.issue(challenge, undefined);
    expect(['a', 'b', 'c'].map((challenge) => challenges.take(challenge, undefined))).toEqual([false, true, true]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type AuthHub, admin, startAuthHub, type Visitor } from './auth.fixture.ts';
import type { SessionEnd } from './session-ends.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

let hub: AuthHub;
let boss: Visitor;
let ends: SessionEnd[];
beforeAll(async () => {
  hub = await startAuthHub();
  hub.auth.onSessionEnded((end) => ends.push(end));
  boss = await hub.asAdmin();
});
beforeEach(() => {
  ends = [];
});
afterAll(() => hub.stop());

let made = 0;
async function makeUser(role: 'admin' | 'user' = 'user') {
  const email = `user${++made}@example.com`;
  const password = 'password of the user';
  const { body } = await boss.send('POST', '/api/users', { email, name: `User ${made}`, password, role });
  const visitor = hub.visitor();
  await visitor.signIn(email, password);
  return { id: body.id as number, email, password, visitor };
}

describe('making a user', () => {
  test('answers 201 with a positive integer id, and the user can sign in', async () => {
    const answer = await boss.send('POST', '/api/users', {
      email: 'Ana.Ruiz@Example.com ',
      name: ' Ana "Ñ" Ruiz; DROP TABLE user; -- ',
      password: 'contraseña',
      role: 'user',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(Number),
      email: 'ana.ruiz@example.com',
      name: 'Ana "Ñ" Ruiz; DROP TABLE user; --',
      role: 'user',
      permissions: [],
      disabled: false,
      two_factor: false,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(Number.isSafeInteger(answer.body.id) && answer.body.id > 1).toBe(true);
    const ana = hub.visitor();
    expect((await ana.signIn('ana.ruiz@example.com', 'contrasen\u0303a')).status).toBe(200);
    expect((await ana.send('GET', '/api/me')).body).toMatchObject({ id: answer.body.id, role: 'user' });
  });

  const right = { email: 'right@example.com', name: 'Right', password: 'long enough' };
  test.each([
    ['an e-mail that is taken', { ...right, email: admin.email }, 409, 'user_exists'],
    ['an e-mail that is taken in other case', { ...right, email: admin.email.toUpperCase() }, 409, 'user_exists'],
    ['a short password', { ...right, password: '1234567' }, 422, 'password_weak'],
    ['a password longer than is hashed', { ...right, password: 'x'.repeat(129) }, 422, 'password_weak'],
    ['no e-mail address', { ...right, email: 'right' }, 400, 'invalid_request'],
    ['an e-mail with a newline', { ...right, email: 'right@example.com\nbcc: x@example.com' }, 400, 'invalid_request'],
    ['an e-mail of 300 characters', { ...right, email: `${'x'.repeat(300)}@example.com` }, 400, 'invalid_request'],
    ['an unknown role', { ...right, role: 'root' }, 400, 'invalid_request'],
    ['an empty name', { ...right, name: '  ' }, 400, 'invalid_request'],
    ['a name with a control character', { ...right, name: 'a\u001b[31mb' }, 400, 'invalid_request'],
    ['a name of 129 characters', { ...right, name: 'x'.repeat(129) }, 400, 'invalid_request'],
    ['no password', { email: 'right@example.com', name: 'Right' }, 400, 'invalid_request'],
    ['nothing', {}, 400, 'invalid_request'],
  ])('refuses %s', async (_, body, status, code) => {
    const answer = await boss.send('POST', '/api/users', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await hub.auth.users.list(0, 1000)).some(({ email }) => email === 'right@example.com')).toBe(false);
  });

  test('makes one account of two requests at once', async () => {
    const body = { email: 'twice@example.com', name: 'Twice', password: 'long enough' };
    const answers = await Promise.all([boss.send('POST', '/api/users', body), boss.send('POST', '/api/users', body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test('is for administrators', async () => {
    const { visitor, id } = await makeUser();
    const body = { email: 'mine@example.com', name: 'Mine', password: 'long enough' };
    for (const [method, path, input] of [
      ['GET', '/api/users', undefined],
      ['POST', '/api/users', body],
      ['PATCH', `/api/users/${id}`, { role: 'admin' }],
    ] as const) {
      expect((await visitor.send(method, path, input)).body.code).toBe('forbidden');
      expect((await hub.visitor().send(method, path, input)).body.code).toBe('unauthenticated');
      if (method !== 'GET') expect((await boss.send(method, path, input, { origin: 'https://evil.example' })).body.code).toBe('origin_refused');
    }
  });
});

describe('listing users', () => {
  test('pages through all of them once', async () => {
    for (let count = 0; count < 3; count++) await makeUser();
    const all = (await boss.send('GET', '/api/users')).body.users.map(({ id }: { id: number }) => id);
    const paged: number[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await boss.send('GET', `/api/users?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      paged.push(...body.users.map(({ id }: { id: number }) => id));
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(paged).toEqual(all);
    expect(new Set(paged).size).toBe(paged.length);
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=x', 'cursor=LTE'])('refuses %s', async (query) => {
    expect((await boss.send('GET', `/api/users?${query}`)).body.code).toBe('invalid_request');
  });
});

describe('disabling a user', () => {
  test('ends every session at once and refuses the password until enabled again', async () => {
    const { id, email, password, visitor } = await makeUser();
    const second = hub.visitor();
    await second.signIn(email, password);
    const answer = await boss.send('PATCH', `/api/users/${id}`, { disabled: true });
    expect([answer.status, answer.body.disabled]).toEqual([200, true]);
    expect(ends).toEqual([{ userId: id, reason: 'disabled' }]);
    for (const each of [visitor, second]) expect((await each.send('GET', '/api/me')).status).toBe(401);
    expect((await visitor.send('GET', '/api/auth/get-session')).body).toBeNull();
    const refused = await visitor.signIn(email, password);
    expect([refused.status, refused.body.code, refused.headers.getSetCookie()]).toEqual([403, 'account_disabled', []]);
    expect((await visitor.signIn(email, 'wrong password')).body.code).toBe('sign_in_failed');
    await boss.send('PATCH', `/api/users/${id}`, { disabled: false });
    expect((await visitor.signIn(email, password)).status).toBe(200);
  });

  test('counts at once even when the row alone was changed', async () => {
    const { id, visitor } = await makeUser();
    hub.connection.run('UPDATE user SET banned = 1 WHERE id = ?', [id]);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
  });
});

describe('changing a user', () => {
  test('gives a new name and role', async () => {
    const { id, visitor } = await makeUser();
    await boss.send('PATCH', `/api/users/${id}`, { name: 'New Name', role: 'admin' });
    expect((await visitor.send('GET', '/api/me')).body).toMatchObject({ name: 'New Name', role: 'admin' });
    expect(ends).toEqual([{ userId: id, reason: 'role_changed' }]);
    await boss.send('PATCH', `/api/users/${id}`, { role: 'user' });
    expect((await visitor.send('GET', '/api/users')).status).toBe(403);
  });

  test('gives a new password, which ends the sessions of the old one', async () => {
    const { id, email, password, visitor } = await makeUser();
    await boss.send('PATCH', `/api/users/${id}`, { password: 'another password' });
    expect(ends).toEqual([{ userId: id, reason: 'password_changed' }]);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
    expect((await visitor.signIn(email, password)).status).toBe(401);
    expect((await visitor.signIn(email, 'another password')).status).toBe(200);
  });

  test.each([
    ['someone who is not there', '/api/users/999999', { name: 'X' }, 404, 'not_found'],
    ['a user id of zero', '/api/users/0', { name: 'X' }, 400, 'invalid_request'],
    ['a user id that is no number', "/api/users/1'--", { name: 'X' }, 400, 'invalid_request'],
    ['a short password', '/api/users/1', { password: 'short' }, 422, 'password_weak'],
    ['the e-mail, which cannot change', '/api/users/1', { email: 'x@example.com' }, 400, 'invalid_request'],
    ['disabled to a text', '/api/users/1', { disabled: 'yes' }, 400, 'invalid_request'],
  ])('refuses %s', async (_, path, body, status, code) => {
    const answer = await boss.send('PATCH', path, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('never takes the last administrator away', async () => {
    const alone = await startAuthHub();
    try {
      const last = await alone.asAdmin();
      for (const change of [{ role: 'user' }, { disabled: true }]) {
        const answer = await last.send('PATCH', '/api/users/1', change);
        expect([answer.status, answer.body.code]).toEqual([409, 'last_admin']);
      }
      const { body } = await last.send('POST', '/api/users', { email: 'b@example.com', name: 'B', password: 'long enough', role: 'admin' });
      // Two administrators that remove each other in the same moment: one must stay.
      const answers = await Promise.all([
        last.send('PATCH', '/api/users/1', { role: 'user' }),
        last.send('PATCH', `/api/users/${body.id}`, { disabled: true }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await alone.auth.users.hasAdmin()).toBe(true);
    } finally {
      await alone.stop();
    }
  });
});

describe('changing the own password', () => {
  test('keeps this session and ends the others', async () => {
    const { id, email, password, visitor } = await makeUser();
    const elsewhere = hub.visitor();
    await elsewhere.signIn(email, password);
    const answer = await visitor.send('POST', '/api/auth/change-password', { currentPassword: password, newPassword: 'another password' });
    expect(answer.status).toBe(204);
    expect(ends).toEqual([{ userId: id, credential: expect.stringMatching(/^session:/), reason: 'password_changed' }]);
    expect((await visitor.send('GET', '/api/me')).status).toBe(200);
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(401);
    expect((await elsewhere.signIn(email, 'another password')).status).toBe(200);
  });

  test.each([
    ['the wrong current password', { currentPassword: 'wrong password', newPassword: 'another password' }, 403, 'password_wrong'],
    ['a short new password', { currentPassword: 'password of the user', newPassword: 'short' }, 422, 'password_weak'],
    ['no new password', { currentPassword: 'password of the user' }, 400, 'invalid_request'],
  ])('refuses %s', async (_, body, status, code) => {
    const { email, password, visitor } = await makeUser();
    const answer = await visitor.send('POST', '/api/auth/change-password', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await hub.visitor().signIn(email, password)).status).toBe(200);
  });

  test('refuses who is not signed in', async () => {
    const answer = await hub.visitor().send('POST', '/api/auth/change-password', { currentPassword: admin.password, newPassword: 'another password' });
    expect(answer.body.code).toBe('unauthenticated');
  });
});

import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ProblemError } from '@relevo/runtime';
import { admin, startAuthHub } from './auth.fixture.ts';
import { addressKey, SignInLimit } from './sign-in-limit.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

function limitAt(start: number, options: { failuresMax?: number; countersMax?: number } = {}) {
  const clock = { now: start };
  return { clock, limit: new SignInLimit({ failuresMax: 3, windowMs: 60_000, countersMax: 1000, ...options, now: () => clock.now }) };
}

function refusal(attempt: () => void): ProblemError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

describe('the sign-in limit', () => {
  test('refuses one failure too many of an account, and says when to come back', () => {
    const { limit, clock } = limitAt(0);
    for (let attempt = 0; attempt < 3; attempt++) limit.begin('a@example.com', '192.0.2.1');
    clock.now = 20_500;
    const problem = refusal(() => limit.begin('A@example.com', '192.0.2.1'));
    expect([problem?.code, problem?.options.headers]).toEqual(['too_many_requests', { 'retry-after': '40' }]);
  });

  test('lets the account in from elsewhere, and others in from the same address', () => {
    const { limit } = limitAt(0);
    for (let attempt = 0; attempt < 3; attempt++) limit.begin('a@example.com', '192.0.2.1');
    expect(refusal(() => limit.begin('a@example.com', '192.0.2.2'))).toBeUndefined();
    expect(refusal(() => limit.begin('b@example.com', '192.0.2.1'))).toBeUndefined();
  });

  test('forgets when the window has passed', () => {
    const { limit, clock } = limitAt(0);
    for (let attempt = 0; attempt < 3; attempt++) limit.begin('a@example.com', '192.0.2.1');
    clock.now = 60_000;
    expect(refusal(() => limit.begin('a@example.com', '192.0.2.1'))).toBeUndefined();
  });

  test('starts anew for an account that came in, while the address keeps what failed', () => {
    const { limit } = limitAt(0);
    const attempt = () => limit.begin('a@example.com', '192.0.2.1');
    // Each round fails twice and then comes in: three failures in a row never happen, but two a round stay with the address.
    for (let round = 0; round < 14; round++) {
      for (let each = 0; each < 3; each++) expect(refusal(attempt)).toBeUndefined();
      limit.succeeded('a@example.com', '192.0.2.1');
    }
    expect([refusal(attempt)?.code, refusal(attempt)?.code, refusal(attempt)?.code]).toEqual([undefined, undefined, 'too_many_requests']);
  });

  test('refuses an address that tries ten times as many over many accounts', () => {
    const { limit } = limitAt(0);
    for (let attempt = 0; attempt < 30; attempt++) limit.begin(`user${attempt}@example.com`, '192.0.2.1');
    expect(refusal(() => limit.begin('one-more@example.com', '192.0.2.1'))?.code).toBe('too_many_requests');
  });

  test('holds no more counters than it may', () => {
    const { limit } = limitAt(0, { countersMax: 10 });
    for (let attempt = 0; attempt < 3; attempt++) limit.begin('a@example.com', '192.0.2.1');
    expect(refusal(() => limit.begin('a@example.com', '192.0.2.1'))).toBeDefined();
    for (let host = 2; host < 12; host++) limit.begin('b@example.com', `192.0.2.${host}`);
    expect(refusal(() => limit.begin('a@example.com', '192.0.2.1'))).toBeUndefined();
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::99', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('the address %p counts as %p', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

test('the hub answers 429 with Retry-After, also to the right password, and to many attempts at once', async () => {
  const hub = await startAuthHub({ SIGN_IN_FAILURES_MAX: '3' });
  try {
    const visitor = hub.visitor();
    const answers = await Promise.all(Array.from({ length: 8 }, () => visitor.signIn(admin.email, 'wrong password')));
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 429, 429, 429, 429, 429]);
    const refused = await visitor.signIn(admin.email, admin.password);
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await visitor.signIn('someone@example.com', 'wrong password')).status).toBe(401);
  } finally {
    await hub.stop();
  }
});

test('right sign-ins are never counted', async () => {
  const hub = await startAuthHub({ SIGN_IN_FAILURES_MAX: '1' });
  try {
    for (let round = 0; round < 12; round++) expect((await hub.visitor().signIn(admin.email, admin.password)).status).toBe(200);
  } finally {
    await hub.stop();
  }
});

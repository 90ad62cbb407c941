import { expect, setDefaultTimeout, test } from 'bun:test';
import { withAccounts } from './accounts-schema.ts';
import { startAuthHub } from './auth.fixture.ts';
import type { SessionEnd } from './session-ends.ts';
import { SessionEnds } from './session-ends.ts';
import { Sessions } from './sessions.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

test('the sweep removes expired sessions, says which, and leaves the others', async () => {
  const hub = await startAuthHub();
  try {
    await hub.asAdmin();
    const [{ token } = { token: '' }] = hub.connection.query('SELECT token FROM session').all() as { token: string }[];
    const alive = await hub.asAdmin();
    hub.connection.run(`UPDATE session SET expiresAt = '2020-01-01T00:00:00.000Z' WHERE token = ?`, [token]);
    const ends = new SessionEnds();
    const seen: SessionEnd[] = [];
    ends.subscribe((end) => seen.push(end));
    await new Sessions({ db: withAccounts(hub.db), ends, secret: 'x', cookieName: 'x' }).sweep();
    expect(seen).toEqual([{ userId: 1, credential: expect.stringMatching(/^session:[\w-]{22}$/), reason: 'expired' }]);
    expect(seen[0]?.credential).not.toContain(token);
    expect(hub.connection.query('SELECT token FROM session').all()).toHaveLength(1);
    expect((await alive.send('GET', '/api/me')).status).toBe(200);
  } finally {
    await hub.stop();
  }
});

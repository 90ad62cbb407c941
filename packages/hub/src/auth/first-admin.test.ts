import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAuthHub } from './auth.fixture.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

describe('the first administrator', () => {
  test('is made with a generated password, told once, and never again after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'relevo-auth-'));
    try {
      const first = await startAuthHub({ ADMIN_EMAIL: '', ADMIN_PASSWORD: '' }, dataDir);
      expect(first.firstAdmin).toEqual({ email: 'admin@relevo.local', password: expect.stringMatching(/^[\w-]{20}$/) });
      expect((await first.visitor().signIn(first.firstAdmin?.email ?? '', first.firstAdmin?.password ?? '')).status).toBe(200);
      await first.stop();

      const second = await startAuthHub({ ADMIN_EMAIL: 'late@example.com', ADMIN_PASSWORD: 'too late for this' }, dataDir);
      expect(second.firstAdmin).toBeUndefined();
      expect((await second.visitor().signIn('late@example.com', 'too late for this')).status).toBe(401);
      expect((await second.visitor().signIn(first.firstAdmin?.email ?? '', first.firstAdmin?.password ?? '')).status).toBe(200);
      await second.stop();
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });

  test('comes from the environment, whose password is not told', async () => {
    const hub = await startAuthHub({ ADMIN_EMAIL: 'Root@Example.com', ADMIN_PASSWORD: '  "quotes" and $ñ blanks ' });
    try {
      expect(hub.firstAdmin).toBeUndefined();
      expect((await hub.visitor().signIn('root@example.com', '  "quotes" and $ñ blanks ')).status).toBe(200);
    } finally {
      await hub.stop();
    }
  });

  test('has a generated password when only the e-mail is given', async () => {
    const hub = await startAuthHub({ ADMIN_PASSWORD: '' });
    try {
      expect(hub.firstAdmin).toEqual({ email: 'admin@example.com', password: expect.any(String) });
    } finally {
      await hub.stop();
    }
  });

  test.each([
    ['ADMIN_EMAIL', 'admin', 'ADMIN_EMAIL="admin" is not allowed: it must be an e-mail address, as admin@example.com'],
    ['ADMIN_PASSWORD', 'short', 'ADMIN_PASSWORD=*** is not allowed: it must be text of 8 to 128 characters'],
    ['ADMIN_PASSWORD', 'x'.repeat(129), 'ADMIN_PASSWORD=*** is not allowed: it must be text of 8 to 128 characters'],
  ])('is refused in one line when %s is %p', async (name, value, message) => {
    await expect(startAuthHub({ [name]: value })).rejects.toThrow(message);
  });
});

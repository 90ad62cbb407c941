import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admin, startAuthHub } from './auth.fixture.ts';
import { createAdmin, grantPermissions, resetPassword, resetSecondFactors } from './offline-accounts.ts';
import { totpCode } from './totp.fixture.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'relevo-accounts-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

test('an administrator made before the hub ever ran signs in, and keeps the hub from making another', async () => {
  const env = { HUB_DATA_DIR: join(dataDir, 'new') };
  const { email, password } = await createAdmin(env, { email: 'Ana@example.com', name: 'Ana', password: undefined });
  expect([email, password.length]).toEqual(['ana@example.com', 20]);
  const hub = await startAuthHub({}, env.HUB_DATA_DIR);
  expect((await hub.visitor().signIn(email, password)).body.user.role).toBe('admin');
  expect((await hub.visitor().signIn(admin.email, admin.password)).status).toBe(401);
  await hub.stop();
});

test('works while a hub runs on the same database; a new password ends the sessions of the old one there', async () => {
  const env = { HUB_DATA_DIR: join(dataDir, 'running') };
  const hub = await startAuthHub({}, env.HUB_DATA_DIR);
  try {
    const visitor = await hub.asAdmin();
    const made = await createAdmin(env, { email: 'b@example.com', name: 'B', password: 'long enough' });
    expect((await hub.visitor().signIn(made.email, made.password)).status).toBe(200);
    await expect(createAdmin(env, { email: 'B@example.com', name: 'B', password: undefined })).rejects.toMatchObject({ code: 'user_exists' });
    await expect(createAdmin(env, { email: 'c@example.com', name: 'C', password: 'short' })).rejects.toMatchObject({ code: 'password_weak' });
    await expect(createAdmin(env, { email: 'c', name: 'C', password: undefined })).rejects.toMatchObject({ name: 'ZodError' });

    const reset = await resetPassword(env, admin.email, undefined);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
    expect((await hub.visitor().signIn(admin.email, reset?.password ?? '')).status).toBe(200);
    expect(await resetPassword(env, 'nobody@example.com', undefined)).toBeUndefined();
  } finally {
    await hub.stop();
  }
});

test('who lost their device signs in with the password alone again', async () => {
  const env = { HUB_DATA_DIR: join(dataDir, 'lost') };
  const hub = await startAuthHub({}, env.HUB_DATA_DIR);
  try {
    const visitor = await hub.asAdmin();
    const { body } = await visitor.send('POST', '/api/auth/two-factor/enable', { password: admin.password });
    expect((await visitor.send('POST', '/api/auth/two-factor/verify-totp', { code: totpCode(body.totpURI) })).status).toBe(200);
    expect((await hub.visitor().signIn(admin.email, admin.password)).body.twoFactorRedirect).toBe(true);
    expect((await resetSecondFactors(env, ' ADMIN@example.com '))?.email).toBe(admin.email);
    expect((await visitor.send('GET', '/api/me')).status).toBe(401);
    expect((await hub.visitor().signIn(admin.email, admin.password)).body.user.email).toBe(admin.email);
    expect(await resetSecondFactors(env, 'nobody@example.com')).toBeUndefined();
  } finally {
    await hub.stop();
  }
});

test('permissions are granted and taken away while a hub runs, and count at once', async () => {
  const env = { HUB_DATA_DIR: join(dataDir, 'granting') };
  const hub = await startAuthHub({}, env.HUB_DATA_DIR);
  try {
    const boss = await hub.asAdmin();
    await boss.send('POST', '/api/users', { email: 'c@example.com', name: 'C', password: 'long enough' });
    const visitor = hub.visitor();
    await visitor.signIn('c@example.com', 'long enough');
    expect((await grantPermissions(env, 'C@example.com', ['isp:write', 'isp:read']))?.permissions).toEqual(['isp:read', 'isp:write']);
    expect((await visitor.send('GET', '/api/me')).body.permissions).toEqual(['isp:read', 'isp:write']);
    await grantPermissions(env, 'c@example.com', []);
    expect((await visitor.send('GET', '/api/me')).body.permissions).toEqual([]);
    expect(await grantPermissions(env, 'nobody@example.com', ['isp:read'])).toBeUndefined();
  } finally {
    await hub.stop();
  }
});

// Credentials of routers: encrypted under a key that is not in the database, bound to their router, never shown.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '@relevo/runtime';
import { openHubDatabase } from '../../database/database.ts';
import { startTestHub } from '../../http/hub.fixture.ts';
import { credentialsKey, keyFileName } from './credentials-key.ts';
import { RouterCredentials } from './router-credentials.ts';
import { seal, unseal } from './seal.ts';

setDefaultTimeout(60_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevo-credentials-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const secret = 'a password that must not be seen';

describe('what is sealed', () => {
  const key = randomBytes(32);
  const sealed = seal(key, 'here', secret);

  test('opens with the same key in the same place', () => {
    expect(unseal(key, 'here', sealed)).toBe(secret);
    expect(unseal(key, 'here', seal(key, 'here', ''))).toBe('');
  });

  test('is never the same twice', () => {
    expect(seal(key, 'here', secret)).not.toBe(sealed);
  });

  const flipped = (at: number) => {
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return `v1.${bytes.toString('base64url')}`;
  };
  test.each([
    ['with another key', randomBytes(32), 'here', sealed],
    ['in another place', key, 'there', sealed],
    ['with a byte of its number changed', key, 'here', flipped(0)],
    ['with a byte of its text changed', key, 'here', flipped(14)],
    ['with a byte of its tag changed', key, 'here', flipped(Buffer.from(sealed.slice(3), 'base64url').length - 1)],
    ['cut short', key, 'here', sealed.slice(0, 20)],
    ['of another version', key, 'here', sealed.replace('v1.', 'v2.')],
    ['that is nothing', key, 'here', ''],
  ])('does not open %s', (_, withKey, place, text) => {
    expect(unseal(withKey, place, text)).toBeUndefined();
  });
});

describe('the key', () => {
  test('is made once, for its owner alone', async () => {
    const dir = join(folder, 'made');
    const key = credentialsKey(undefined, dir);
    expect(key).toHaveLength(32);
    expect((await stat(join(dir, keyFileName))).mode & 0o777).toBe(0o600);
    expect(credentialsKey(undefined, dir)).toEqual(key);
    expect(credentialsKey(undefined, join(folder, 'other'))).not.toEqual(key);
  });

  test('that lost its mode on the way gets it back', async () => {
    const dir = join(folder, 'made');
    credentialsKey(undefined, dir);
    await chmod(join(dir, keyFileName), 0o644);
    credentialsKey(undefined, dir);
    expect((await stat(join(dir, keyFileName))).mode & 0o777).toBe(0o600);
  });

  test('of the setting wins, in base64 or base64url, and then no file is made', async () => {
    const key = Buffer.alloc(32, 0xfb);
    for (const text of [key.toString('base64'), key.toString('base64url')]) expect(credentialsKey(text, join(folder, 'none'))).toEqual(key);
    await expect(stat(join(folder, 'none'))).rejects.toThrow();
  });

  test.each(['short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), `${'a'.repeat(42)}!`, '0'.repeat(64)])(
    'is refused as %p, without being shown',
    (text) => {
      expect(() => credentialsKey(text, folder)).toThrow(SettingsError);
      expect(() => credentialsKey(text, folder)).not.toThrow(text);
    },
  );

  test('in a file that holds none is refused rather than replaced', async () => {
    await writeFile(join(folder, keyFileName), 'not a key');
    expect(() => credentialsKey(undefined, folder)).toThrow(SettingsError);
    expect(await readFile(join(folder, keyFileName), 'utf8')).toBe('not a key');
  });
});

test('the credentials of one router do not open in the row of another', async () => {
  const { db, connection } = await openHubDatabase(join(folder, 'rows'));
  for (const id of [1, 2])
    connection.run(`INSERT INTO router (id_router, nombre, nombre_folded, tipo, host, port, scheme, estado, created_at, updated_at)
      VALUES (${id}, 'r${id}', 'r${id}', 'linux', 'h', 22, 'ssh', 'sin_probar', '', '')`);
  const credentials = new RouterCredentials(db, randomBytes(32));
  await credentials.write(db, 1, { username: 'root', password: secret });
  await credentials.write(db, 2, { username: 'other', private_key: 'key' });
  connection.run('UPDATE router_credentials SET sealed = (SELECT sealed FROM router_credentials WHERE id_router = 1) WHERE id_router = 2');
  expect(await credentials.open(1)).toEqual({ username: 'root', password: secret });
  await expect(credentials.open(2)).rejects.toMatchObject({ code: 'credentials_unreadable' });
  expect(await credentials.unreadable()).toBe(1);
  await db.destroy();
});

test('what is written is told of, kept encrypted, and never answered, over a restart too', async () => {
  const hub = await startTestHub();
  try {
    const private_key = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n';
    const json = { nombre: 'R', tipo: 'linux', host: 'h', credentials: { username: 'the-user-name', password: secret, private_key } };
    const { body: made } = await hub.admin.send('POST', '/api/routers', { json });
    const path = `/api/routers/${made.id_router}`;
    expect(made.has_credentials).toBe(true);
    await hub.admin.send('PATCH', path, { json: { credentials: { username: 'the-user-name', password: `${secret} 2` } } });
    const shown = [
      made,
      (await hub.admin.send('GET', path)).body,
      (await hub.admin.send('GET', '/api/routers')).body,
      (await hub.admin.send('GET', '/api/audit')).body,
    ];
    const audited = shown.at(-1).entries.map(({ action, after }: { action: string; after: unknown }) => [action, after]);
    expect(audited).toContainEqual(['router.modificar', { credentials: 'changed' }]);

    await hub.restart();
    const { db } = await openHubDatabase(hub.dataDir);
    const credentials = new RouterCredentials(db, credentialsKey(undefined, hub.dataDir));
    expect(await credentials.open(made.id_router)).toEqual({ username: 'the-user-name', password: `${secret} 2` });
    await db.destroy();

    for (const name of await readdir(hub.dataDir)) {
      if (name.startsWith('hub.db')) shown.push((await readFile(join(hub.dataDir, name))).toString('latin1'));
    }
    for (const text of shown.map((part) => JSON.stringify(part)))
      for (const hidden of [secret, 'the-user-name', 'OPENSSH']) expect(text.includes(hidden)).toBe(false);

    expect((await hub.admin.send('PATCH', path, { json: { credentials: null } })).body.has_credentials).toBe(false);
    expect((await hub.admin.send('PATCH', path, { json: { nombre: 'S' } })).body.has_credentials).toBe(false);
  } finally {
    await hub.stop();
  }
});

test('a new secret alone keeps the user, and is refused where there is none', async () => {
  const hub = await startTestHub();
  try {
    const make = async (nombre: string, credentials?: object) =>
      (await hub.admin.send('POST', '/api/routers', { json: { nombre, tipo: 'linux', host: 'h', credentials } })).body.id_router;
    const [kept, bare] = [await make('Kept', { username: 'root', password: 'old' }), await make('Bare')];
    const change = (id: number, credentials: object) => hub.admin.send('PATCH', `/api/routers/${id}`, { json: { credentials } });
    expect((await change(kept, { password: secret })).status).toBe(200);
    const refused = await change(bare, { password: secret });
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([400, 'invalid_request', expect.stringContaining('credentials.username')]);
    expect(JSON.stringify(refused.body)).not.toContain(secret);
    expect((await hub.admin.send('GET', `/api/routers/${bare}`)).body.has_credentials).toBe(false);
    expect((await change(kept, {})).status).toBe(400);
    const made = await hub.admin.send('POST', '/api/routers', { json: { nombre: 'New', tipo: 'linux', host: 'h', credentials: { password: secret } } });
    expect([made.status, made.body.code]).toEqual([400, 'invalid_request']);

    const { db } = await openHubDatabase(hub.dataDir);
    expect(await new RouterCredentials(db, credentialsKey(undefined, hub.dataDir)).open(kept)).toEqual({ username: 'root', password: secret });
    await db.destroy();
  } finally {
    await hub.stop();
  }
});

test('a refused router does not answer the credentials that came with it', async () => {
  const hub = await startTestHub();
  try {
    const { status, body } = await hub.admin.send('POST', '/api/routers', {
      json: { nombre: 'R', tipo: 'linux', host: 'h', credentials: { username: secret, pasword: secret } },
    });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toContain(secret);
  } finally {
    await hub.stop();
  }
});

test('CREDENTIALS_KEY that is none ends the start in one line that does not show it', async () => {
  const start = startTestHub({ CREDENTIALS_KEY: 'my secret' });
  await expect(start).rejects.toThrow(SettingsError);
  await expect(start).rejects.not.toThrow('my secret');
});

// Signing in from the terminal: a key for this machine, with a second factor where the account has one.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, hubSettings, startHub } from '@relevo/hub';
import { createLog, readSettings } from '@relevo/runtime';
import { HubClient } from '../hub/hub-client.ts';
import { signIn } from './sign-in.ts';

// Hashing passwords: slow where the machine is busy.
setDefaultTimeout(60_000);

const admin = { email: 'admin@example.com', password: 'correct horse battery' };
const noCode = () => Promise.reject(new Error('no code is due'));
let directory: string;
let hub: Hub;

beforeAll(async () => {
  process.env.LC_ALL = 'C';
  directory = await mkdtemp(join(tmpdir(), 'relevo-sign-in-'));
  const env = { HUB_PORT: '0', HUB_HOST: '127.0.0.1', HUB_DATA_DIR: join(directory, 'hub'), ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password };
  hub = await startHub(readSettings(hubSettings, env), createLog({ level: 'silent', format: 'json', service: 'hub' }));
});
afterAll(async () => {
  await hub.stop();
  await rm(directory, { recursive: true });
});

/** The code that an authenticator app shows for the text of its QR code (RFC 6238). */
function appCode(uri: string): string {
  const bits = [...(new URL(uri).searchParams.get('secret') ?? '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', Buffer.from((bits.match(/[01]{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))))
    .update(counter)
    .digest();
  return String((digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Turns two-factor sign-in on, as the account's page does. */
async function withSecondFactor(): Promise<{ codes: string[] }> {
  const cookies: string[] = [];
  const post = async (path: string, body: object) => {
    const headers = { origin: hub.url, cookie: cookies.join('; '), 'content-type': 'application/json' };
    const response = await fetch(hub.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    cookies.push(...response.headers.getSetCookie().map((line) => line.slice(0, line.indexOf(';'))));
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { totpURI: string; backupCodes: string[] };
  };
  await post('/api/auth/sign-in/email', admin);
  const { totpURI, backupCodes } = await post('/api/auth/two-factor/enable', { password: admin.password });
  await post('/api/auth/two-factor/verify-totp', { code: appCode(totpURI) });
  return { codes: backupCodes };
}

test('asks for a code when one is due, takes a recovery code once, and keeps a key that works', async () => {
  const first = await signIn(hub.url, admin.email, admin.password, noCode);
  expect((await new HubClient({ url: hub.url, apiKey: first.apiKey }).me()).email).toBe(admin.email);

  const { codes } = await withSecondFactor();
  const [code = ''] = codes;
  const { apiKey } = await signIn(hub.url, admin.email, admin.password, () => Promise.resolve(code));
  expect((await new HubClient({ url: hub.url, apiKey }).me()).email).toBe(admin.email);
  await expect(signIn(hub.url, admin.email, admin.password, () => Promise.resolve(code))).rejects.toThrow('The code is wrong, or was used already');
  await expect(signIn(hub.url, admin.email, admin.password, () => Promise.resolve('000 000'))).rejects.toThrow('The code is wrong, or was used already');
});

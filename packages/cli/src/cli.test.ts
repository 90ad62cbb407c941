import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, folder, type Running } from './cli.fixture.ts';

setDefaultTimeout(60_000);

const env = { HUB_PORT: '0', AGENT_PORT: '0', AGENT_NAME: 'shop 1' };
let home: Folder;
let up: Running;
let banner: { hubUrl: string; email: string; password: string };

beforeAll(async () => {
  home = await folder();
  up = home.start(['up'], env);
  const written = await up.says('Ctrl-C stops both.');
  await up.says('"event":"connected"');
  const [, hubUrl = ''] = /Hub +(http:\S+)/.exec(written) ?? [];
  const [, email = ''] = /E-mail +(\S+)/.exec(written) ?? [];
  const [, password = ''] = /Password +(\S+)/.exec(written) ?? [];
  banner = { hubUrl, email, password };
});
afterAll(() => home.remove());

describe('relevo', () => {
  test('says its version and its commands', async () => {
    expect((await home.relevo(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await home.relevo(['--help']);
    for (const command of ['up', 'hub', 'agent', 'admin', 'login', 'files', 'agents', 'deliver', 'ops']) expect(help.stdout).toContain(`  ${command}`);
    expect(help.exitCode).toBe(0);
  });

  test.each([
    ['an unknown command', ['frobnicate'], 2],
    ['an unknown option', ['files', 'ls', '--nope'], 2],
    ['a missing argument', ['files', 'get'], 2],
    ['a count that is none', ['ops', 'ls', '--limit', '0'], 2],
    ['an address that is none', ['login', 'ftp://x'], 2],
    ['no terminal to ask on', ['login', 'http://localhost:1'], 2],
    ['nobody signed in', ['files', 'ls'], 3],
    ['a hub that is not there', ['login', 'http://localhost:1', '--email', 'a@b.co', '--password', 'x'], 5],
  ])('ends after %s: %p with exit code %d and a line that says why', async (_, args, exitCode) => {
    const other = await folder();
    try {
      const result = await other.relevo(args);
      expect(result.exitCode).toBe(exitCode);
      expect(result.stdout).toBe('');
      expect(result.stderr.trim()).not.toBe('');
      expect(result.stderr).not.toContain('    at ');
    } finally {
      await other.remove();
    }
  });

  test('speaks Spanish where the locale does', async () => {
    const other = await folder();
    try {
      expect((await other.relevo(['files', 'ls'], { LC_ALL: 'es_ES.UTF-8' })).stderr).toContain('Inicie sesión primero');
    } finally {
      await other.remove();
    }
  });

  test.each([
    ['HUB_PORT', '99999', 'HUB_PORT="99999" is not allowed'],
    ['ADMIN_EMAIL', 'nobody', 'ADMIN_EMAIL="nobody" is not allowed'],
  ])('up ends with exit code 2 when %s is %s', async (name, value, message) => {
    const other = await folder();
    try {
      const result = await other.relevo(['up'], { ...env, [name]: value });
      expect([result.exitCode, result.stderr.split('\n').length]).toEqual([2, 2]);
      expect(result.stderr).toContain(message);
    } finally {
      await other.remove();
    }
  });
});

describe('against a running hub and agent', () => {
  test('signs in with what the banner shows, and keeps the key to its owner', async () => {
    const wrong = await home.relevo(['login', banner.hubUrl, '--email', banner.email, '--password', 'wrong password']);
    expect([wrong.exitCode, wrong.stderr]).toEqual([3, 'E-mail or password is wrong (sign_in_failed)\n']);
    expect((await home.relevo(['login', banner.hubUrl, '--email', banner.email, '--password', banner.password])).exitCode).toBe(0);
    expect((await stat(join(home.path, 'config', 'relevo', 'config.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse((await home.relevo(['whoami', '--json'])).stdout)).toMatchObject({ url: banner.hubUrl, email: banner.email, role: 'admin', id: 1 });
  });

  test('the agent enrolled itself, approved', async () => {
    const { agents } = JSON.parse((await home.relevo(['agents', 'ls', '--json'])).stdout);
    expect(agents).toMatchObject([{ name: 'shop 1', status: 'online' }]);
  });

  test('puts, lists, delivers, gets and removes a file', async () => {
    const name = 'foto "ñ" 文.bin';
    const bytes = randomBytes(6_000_000);
    await writeFile(join(home.path, name), bytes);
    const put = await home.relevo(['files', 'put', name, '--json']);
    const [{ id }] = JSON.parse(put.stdout).files;
    expect((await home.relevo(['files', 'ls', 'FOTO'])).stdout).toContain(id);

    const delivered = await home.relevo(['deliver', id, 'shop 1', '--json']);
    expect([delivered.exitCode, JSON.parse(delivered.stdout).state]).toEqual([0, 'completed']);
    expect(delivered.stderr).toContain('shop 1: ✓ Delivered and verified');
    expect(Buffer.compare(await readFile(join(home.path, 'data', 'agent', 'files', name)), bytes)).toBe(0);

    expect((await home.relevo(['files', 'get', id])).exitCode).toBe(2);
    expect((await home.relevo(['files', 'get', id, '-o', 'copy.bin'])).exitCode).toBe(0);
    expect(Buffer.compare(await readFile(join(home.path, 'copy.bin')), bytes)).toBe(0);
    expect((await home.relevo(['files', 'rm', name])).exitCode).toBe(0);
    expect((await home.relevo(['files', 'get', name])).exitCode).toBe(4);
  });

  test('sends a local file and delivers it in one command', async () => {
    await writeFile(join(home.path, 'note.txt'), 'hola');
    expect((await home.relevo(['deliver', 'note.txt', 'shop 1'])).exitCode).toBe(0);
    expect(await readFile(join(home.path, 'data', 'agent', 'files', 'note.txt'), 'utf8')).toBe('hola');
    const { operations } = JSON.parse((await home.relevo(['ops', 'ls', '--json', '--limit', '1'])).stdout);
    expect(operations).toMatchObject([{ kind: 'delivery', state: 'completed', title: 'note.txt' }]);
    const watched = await home.relevo(['ops', 'watch', operations[0].operation_id]);
    expect([watched.exitCode, watched.stdout]).toEqual([0, `${operations[0].operation_id}: completed\n`]);
  });

  test.each([
    ['an agent that is not there', ['deliver', 'note.txt', 'nobody'], 4],
    ['a file that is not there', ['deliver', 'nothing.txt', 'shop 1'], 4],
    ['neither agents nor a label', ['deliver', 'note.txt'], 2],
    ['an operation that is not there', ['ops', 'watch', 'nothing'], 4],
  ])('refuses %s', async (_, args, exitCode) => {
    expect((await home.relevo(args)).exitCode).toBe(exitCode);
  });

  test('Ctrl-C asks a delivery to stop, and the command ends with the operation', async () => {
    const token = (await home.relevo(['agents', 'token', '--approved', '--label', 'away'])).stdout.trim();
    const away = home.start(['agent'], {
      SERVER_URL: banner.hubUrl,
      API_KEY: token,
      AGENT_NAME: 'away',
      AGENT_PORT: '0',
      AGENT_DATA_DIR: join(home.path, 'away'),
    });
    await away.says('"event":"connected"');
    away.process.kill('SIGTERM');
    expect(await away.process.exited).toBe(0);

    await writeFile(join(home.path, 'waiting.txt'), 'hola');
    const id = 'wait-for-the-agent';
    const delivering = home.start(['deliver', 'waiting.txt', '--label', 'away', '--operation-id', id]);
    await until(async () => (await home.relevo(['ops', 'ls', '--json'])).stdout.includes(id));
    delivering.process.kill('SIGINT');
    expect(await delivering.process.exited).toBe(130);
    const { operations } = JSON.parse((await home.relevo(['ops', 'ls', '--json', '--state', 'stopped'])).stdout);
    expect(operations).toMatchObject([{ operation_id: id }]);
    expect((await home.relevo(['agents', 'revoke', 'away', '--yes'])).exitCode).toBe(0);
  });

  test('an administrator made beside the running hub can sign in', async () => {
    const made = await home.relevo(['admin', 'create', '--email', 'second@example.com', '--json'], { HUB_DATA_DIR: join(home.path, 'data', 'hub') });
    const { email, password } = JSON.parse(made.stdout);
    expect(email).toBe('second@example.com');
    const other = await folder();
    try {
      expect((await other.relevo(['login', banner.hubUrl, '--email', email, '--password', password])).exitCode).toBe(0);
      expect((await other.relevo(['logout'])).exitCode).toBe(0);
      expect((await other.relevo(['whoami'])).exitCode).toBe(3);
    } finally {
      await other.remove();
    }
    const again = await home.relevo(['admin', 'create', '--email', 'second@example.com']);
    expect([again.exitCode, again.stderr]).toEqual([1, 'An account with the e-mail second@example.com exists\n']);
    expect((await home.relevo(['admin', 'create', '--email', 'second'])).exitCode).toBe(2);
    expect((await home.relevo(['admin', 'password', '--email', 'nobody@example.com'])).exitCode).toBe(4);
  });

  test('logging out kills the key at the hub', async () => {
    const path = join(home.path, 'config', 'relevo', 'config.json');
    const { api_key: key } = JSON.parse(await readFile(path, 'utf8'));
    const asked = () => fetch(`${banner.hubUrl}/api/me`, { headers: { authorization: `Bearer ${key}` } }).then(({ status }) => status);
    expect(await asked()).toBe(200);
    expect((await home.relevo(['logout'])).exitCode).toBe(0);
    expect([await asked(), await Bun.file(path).exists()]).toEqual([401, false]);
  });

  test('a killed hub and a killed agent come back at the same addresses', async () => {
    const pidOf = (written: string, service: string) =>
      Number(
        written
          .match(new RegExp(`"service":"${service}","event":"ready".*?"pid":(\\d+)`, 'g'))
          ?.at(-1)
          ?.match(/\d+$/)?.[0],
      );
    const before = await up.says('"event":"ready"', 2);
    process.kill(pidOf(before, 'hub'), 'SIGKILL');
    await up.says(`"service":"hub","event":"ready","url":"${banner.hubUrl}"`, 2);
    await up.says('"service":"agent","event":"connected"', 2);
    process.kill(pidOf(before, 'agent'), 'SIGKILL');
    await up.says('"service":"agent","event":"ready"', 2);
    await up.says('"service":"agent","event":"connected"', 3);
  });

  test('stops both in peace, and starts again without a new administrator', async () => {
    up.process.kill('SIGINT');
    expect(await up.process.exited).toBe(0);
    await expect(fetch(`${banner.hubUrl}/healthz`)).rejects.toThrow();
    const written = await up.says('"event":"stopped"', 2);
    expect(written).toContain('"service":"hub","event":"stopped"');

    const again = home.start(['up'], env);
    expect(await again.says('Ctrl-C stops both.')).not.toContain('Password');
    await again.says('"event":"connected"');
    again.process.kill('SIGTERM');
    expect(await again.process.exited).toBe(0);
  });
});

/** Asks until the fact holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

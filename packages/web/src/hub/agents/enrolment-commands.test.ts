// The commands are run, by a shell, against a server that has what a hub has.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Executable } from '@relevo/protocol';
import { enrolmentCommand, platformsOf, systems } from './enrolment-commands.ts';

/** Stands for the executable: says with what it was started. */
const program = '#!/bin/sh\necho "$1 of $SERVER_URL with $API_KEY"\n';
const sha256 = new Bun.CryptoHasher('sha256').update(program).digest('hex');
/** Of this machine, whose tool for SHA-256 has to be there. */
const system = process.platform === 'darwin' ? 'macos' : 'linux';
const executable: Executable = {
  ...(system === 'macos' ? { name: 'relevo-darwin-x64', platform: 'darwin-x64' } : { name: 'relevo-linux-x64', platform: 'linux-x64' }),
  size: program.length,
  sha256,
};
const token = 'relevo_a-token_of-the-tests';

let sent = program;
let status = 200;
let server: ReturnType<typeof Bun.serve>;
beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) =>
      new URL(url).pathname === `/api/executables/${executable.name}/content` ? new Response(sent, { status }) : new Response('', { status: 404 }),
  });
});
afterAll(() => server.stop(true));

async function runCommand(offered = executable) {
  const folder = await mkdtemp(join(tmpdir(), 'relevo-command-'));
  const command = enrolmentCommand(system, { origin: server.url.origin, token }, offered);
  const child = Bun.spawn(['sh', '-c', command], { cwd: folder, stdout: 'pipe', stderr: 'ignore' });
  const output = await new Response(child.stdout).text();
  const code = await child.exited;
  await rm(folder, { recursive: true });
  return { code, output };
}

describe('the command for this machine', () => {
  test('downloads, checks and starts the agent with address and token', async () => {
    const { code, output } = await runCommand();
    expect([code, output]).toEqual([0, `relevo: OK\nagent of ${server.url.origin} with ${token}\n`]);
  });

  test('starts nothing that is not what the hub said', async () => {
    sent = `${program}echo more\n`;
    const { code, output } = await runCommand().finally(() => {
      sent = program;
    });
    expect(code).not.toBe(0);
    expect(output).toBe('relevo: FAILED\n');
  });

  test.each([
    ['is refused', executable, 503],
    ['is not there', { ...executable, name: 'relevo-linux-arm64' } as const, 200],
  ])('starts nothing when the download %s', async (_, offered, answered) => {
    status = answered;
    const { code, output } = await runCommand(offered).finally(() => {
      status = 200;
    });
    expect([code === 0, output]).toEqual([false, '']);
  });
});

const enrolment = { origin: 'https://relevo.example.net', token };

test('each system has its own way to download and check', () => {
  const commandFor = (kind: (typeof systems)[number], name: string, platform: Executable['platform']) =>
    enrolmentCommand(kind, enrolment, { ...executable, name, platform });
  const mac = commandFor('macos', 'relevo-darwin-arm64', 'darwin-arm64');
  expect(mac).toContain('| shasum -a 256 -c - &&');
  expect(mac).toContain('/api/executables/relevo-darwin-arm64/content');
  const windows = commandFor('windows', 'relevo-windows-x64.exe', 'windows-x64');
  expect(windows).toContain("Invoke-WebRequest -UseBasicParsing 'https://relevo.example.net/api/executables/relevo-windows-x64.exe/content'");
  expect(windows).toContain(`-ne '${sha256}') { throw`);
  expect(windows.endsWith(`$env:SERVER_URL='https://relevo.example.net'; $env:API_KEY='${token}'; .\\relevo.exe agent`)).toBe(true);
  const docker = commandFor('docker', 'relevo-linux-x64', 'linux-x64');
  expect(docker).toContain('sha256sum -c - && chmod 755 relevo && docker run -d ');
  expect(docker.endsWith(' debian:bookworm-slim relevo agent')).toBe(true);
});

test.each(systems.map((system) => [system]))('without an executable the command for %s takes what is there, and downloads nothing', (each) => {
  const command = enrolmentCommand(each, enrolment, undefined);
  expect(command).toContain(enrolment.origin);
  expect(command).toContain(token);
  expect(command).not.toMatch(/curl|Invoke-WebRequest/);
});

test('every system is one line, for every platform of it', () => {
  for (const each of systems) {
    for (const platform of platformsOf[each]) expect(enrolmentCommand(each, enrolment, { ...executable, platform })).not.toContain('\n');
  }
});

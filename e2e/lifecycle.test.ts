// The life of the processes: ready, draining on SIGTERM, and the refusal of a wrong setting.
import { afterEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { runAgent, untilStatus } from './harness/agent.ts';
import { cleanEnv, relevoCommand } from './harness/command.ts';
import { deliver, operation, untilEnded, upload } from './harness/deliveries.ts';
import { runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';

const scope = new Scope();
afterEach(() => scope.end());

describe('SIGTERM', () => {
  test('drains the hub: sockets close with 1001, new work is refused, the exit code is 0 within ten seconds', async () => {
    const hub = await runHub(scope);
    const { admin } = hub;
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/ws/progress?userId=${admin.userId}`, {
      headers: { cookie: admin.cookie },
    } as unknown as string[]);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
    await admin.ask('POST', '/api/operations', { json: { id: 'open', kind: 'test', steps: ['a'] } });
    // A download that is not read holds the hub in its drain.
    const file = await upload(admin, 'held.bin', Buffer.alloc(30_000_000, 1));
    const held = await admin.send('GET', `/api/files/${file.id}/content`);
    const began = Date.now();
    const exited = hub.stop();
    expect(await closed).toBe(1001);
    expect(await exited).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    await held.body?.cancel().catch(() => {});
    await hub.start();
    expect(await operation(admin, 'open')).toMatchObject({ state: 'pending', steps: [{ step: 'a', status: 'pending' }] });
  }, 60_000);

  test('ends an agent with exit code 0, and the hub sees it go at once', async () => {
    // Silence alone would tell it after minutes.
    const hub = await runHub(scope, { AGENT_HEARTBEAT_MS: '60000' });
    const agent = await runAgent(scope, hub);
    expect(await agent.stop()).toBe(0);
    await untilStatus(hub.admin, agent.id, 'offline');
    await agent.start();
    await untilStatus(hub.admin, agent.id, 'online');
    const file = await upload(hub.admin, 'after.txt', 'after');
    expect((await untilEnded(hub.admin, await deliver(hub.admin, file.id, [agent.id]))).state).toBe('completed');
  }, 60_000);

  test('of the hub does not lose the agent: it is back within its longest wait', async () => {
    const hub = await runHub(scope);
    const agent = await runAgent(scope, hub);
    const connection = async () => (await (await fetch(`${agent.url}/api/status`)).json()).connection;
    expect(await hub.stop()).toBe(0);
    await until('the agent says so', async () => (await connection()).state !== 'connected');
    await hub.start();
    await untilStatus(hub.admin, agent.id, 'online');
    // The hub's welcome is on its way to it.
    await until('the agent says that too', async () => (await connection()).state === 'connected');
    expect((await connection()).server_url).toBe(hub.url);
  }, 60_000);
});

describe('a ready process', () => {
  test('says so with its address and pid, and is alive and ready', async () => {
    const hub = await runHub(scope);
    expect(hub.logs.find(({ event }) => event === 'ready')).toMatchObject({ url: hub.url, pid: hub.pid });
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
    const agent = await runAgent(scope, hub);
    expect(agent.logs.find(({ event }) => event === 'ready')).toMatchObject({ url: agent.url, pid: agent.pid });
  }, 60_000);

  test('logs no secret', async () => {
    const hub = await runHub(scope, { LOG_LEVEL: 'trace', API_KEY: 'a-secret-of-enrolment', AUTH_SECRET: 'a-secret-of-signing-0123456789' });
    const answer = await fetch(`${hub.url}/api/agent/enroll`, { method: 'POST', headers: { authorization: 'Bearer a-secret-of-enrolment' }, body: '{}' });
    expect(answer.status).toBe(400);
    await hub.stop();
    const log = JSON.stringify(hub.logs);
    expect(log).toContain('"ready"');
    for (const secret of ['a-secret-of', 'correct horse']) expect(log).not.toContain(secret);
  }, 60_000);
});

test('an agent started while its hub is away gets in once the hub is there', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  await agent.kill();
  await hub.stop();
  await agent.start();
  await until('the agent tried and failed', async () => (await (await fetch(`${agent.url}/api/status`)).json()).connection.last_error !== null);
  await hub.start();
  await untilStatus(hub.admin, agent.id, 'online');
}, 60_000);

describe('a wrong setting', () => {
  const rows: [string, string, Record<string, string>, RegExp][] = [
    ['hub', 'HUB_PORT', { HUB_PORT: '70000' }, /^HUB_PORT="70000" is not allowed: it must be a whole number from 0 to 65535$/],
    ['hub', 'HUB_PORT', { HUB_PORT: '8000x' }, /^HUB_PORT="8000x" is not allowed/],
    ['hub', 'LOG_FORMAT', { LOG_FORMAT: 'xml' }, /^LOG_FORMAT="xml" is not allowed: it must be one of json, pretty$/],
    ['hub', 'PUBLIC_URL', { PUBLIC_URL: 'ftp://hub' }, /^PUBLIC_URL="ftp:\/\/hub" is not allowed: it must be a URL that starts with http:\/\/ or https:\/\/$/],
    ['hub', 'DATABASE_URL', { DATABASE_URL: 'postgres://me:pa55word@db/relevo' }, /^DATABASE_URL=\*\*\* is not allowed/],
    ['hub', 'TLS_CERT', { TLS_CERT: '/nowhere/cert.pem', TLS_KEY: '/nowhere/key.pem' }, /^TLS_CERT="\/nowhere\/cert.pem" is not allowed/],
    ['agent', 'AGENT_PORT', { AGENT_PORT: '-1' }, /^AGENT_PORT="-1" is not allowed/],
    ['agent', 'SERVER_URL', { SERVER_URL: 'hub.example' }, /^SERVER_URL="hub.example" is not allowed/],
    ['agent', 'AGENT_PASSWORD', { AGENT_HOST: '0.0.0.0' }, /^AGENT_PASSWORD is absent/],
  ];
  for (const [command, name, env, line] of rows) {
    test(`of the ${command} (${Object.entries(env).map(([key, value]) => `${key}=${value}`)[0]}) ends it with exit code 2 and one line that names ${name}`, async () => {
      const folder = await scope.folder();
      const places = { HUB_DATA_DIR: join(folder, 'hub'), AGENT_DATA_DIR: join(folder, 'agent'), HUB_PORT: '0', AGENT_PORT: '0' };
      const started = Bun.spawn(relevoCommand(command), { cwd: folder, env: cleanEnv({ ...places, ...env }), stdout: 'pipe', stderr: 'pipe' });
      expect(await started.exited).toBe(2);
      const text = (await new Response(started.stderr).text()).trim();
      expect(text).toMatch(line);
      expect(text).not.toContain('\n');
      expect(text).not.toContain('pa55word');
      expect(await new Response(started.stdout).text()).toBe('');
    }, 30_000);
  }
});

// What hub and agent write of a run: a request's id follows its operation to the agent and back, and no secret is in any line.
import { afterEach, describe, expect, test } from 'bun:test';
import { runAgent } from './harness/agent.ts';
import { deliver, untilEnded, upload } from './harness/deliveries.ts';
import { adminEmail, adminPassword, enrolmentSecret, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import type { LogLine, Service } from './harness/service.ts';
import { signIn } from './harness/session.ts';
import { until } from './harness/until.ts';

const scope = new Scope();
afterEach(() => scope.end());

/** The first line of this event that names all of `members`, once it is written. */
function untilLine(service: Service, event: string, members: Record<string, unknown>): Promise<LogLine> {
  const matches = (line: LogLine) => line.event === event && Object.entries(members).every(([name, value]) => line[name] === value);
  return until(`${event} ${JSON.stringify(members)}`, () => service.logs.find(matches));
}

test("a delivery's request id is in the hub's lines of the operation and in the agent's of the task, across a restart of both", async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const file = await upload(hub.admin, 'catalogue.txt', 'pages');
  await agent.kill();

  const requestId = 'delivery-of-the-morning:1';
  const answer = await hub.admin.send('POST', '/api/deliveries', {
    json: { file_id: file.id, agent_ids: [agent.id] },
    headers: { 'x-request-id': requestId },
  });
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  const { operation_id } = await answer.json();
  const names = { operation_id, user_id: hub.admin.userId, request_id: requestId };
  expect(await untilLine(hub, 'operation_begun', names)).toMatchObject({ level: 30, kind: 'delivery', service: 'hub' });

  await hub.stop();
  await hub.start();
  await agent.start();
  await untilEnded(hub.admin, operation_id);
  expect(await untilLine(hub, 'operation_ended', names)).toMatchObject({ level: 30, state: 'completed', duration_ms: expect.any(Number) });
  const { task_id } = await untilLine(hub, 'task_report', { ...names, agent_id: agent.id, status: 'completed' });
  expect(await untilLine(agent, 'task_begun', { request_id: requestId, task_id })).toMatchObject({ service: 'agent' });
  expect(await untilLine(agent, 'task_ended', { request_id: requestId, task_id })).toMatchObject({ status: 'completed' });
}, 60_000);

describe('a request', () => {
  test('without an id, or with one that is none, gets a new one', async () => {
    const hub = await runHub(scope, { LOG_LEVEL: 'debug' });
    const given: Record<string, string>[] = [{}, { 'x-request-id': 'two words' }, { 'x-request-id': 'x'.repeat(129) }];
    for (const headers of given) {
      const answer = await hub.admin.send('GET', '/api/me', { headers });
      const requestId = answer.headers.get('x-request-id') ?? '';
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(await untilLine(hub, 'request', { request_id: requestId })).toMatchObject({ route: '/api/me', status: 200, user_id: hub.admin.userId });
    }
  }, 60_000);

  test('that is refused is told with its code, an upgrade too', async () => {
    const hub = await runHub(scope, { LOG_LEVEL: 'debug' });
    await fetch(`${hub.url}/api/me`, { headers: { 'x-request-id': 'nobody' } });
    await untilLine(hub, 'request_failed', { request_id: 'nobody', code: 'unauthenticated' });
    await fetch(`${hub.url}/ws/progress?userId=x`, { headers: { 'x-request-id': 'wrong-user' } });
    await untilLine(hub, 'upgrade_refused', { request_id: 'wrong-user', code: 'invalid_request' });
  }, 60_000);
});

test('a run that uses every kind of secret writes none of them, at any level', async () => {
  const settings = { LOG_LEVEL: 'trace', AUTH_SECRET: 'the-secret-that-signs-0123456789', METRICS_TOKEN: 'the-token-of-the-metrics-0123' };
  const hub = await runHub(scope, settings);
  const { admin } = hub;
  const wrongPassword = 'a-wrong-password-0123456789';
  await expect(signIn(hub.url, adminEmail, wrongPassword)).rejects.toThrow('401');
  const { key } = await admin.ask('POST', '/api/api-keys', { json: { name: 'program' } });
  const { token } = await admin.ask('POST', '/api/agents/tokens', { json: { uses: 1, expires_in_ms: 60_000, labels: [], approved: false } });
  const newPassword = 'a-new-password-0123456789';
  await admin.ask('POST', '/api/users', { json: { email: 'ana@example.com', name: 'Ana', password: newPassword, role: 'user' } });
  const ana = await signIn(hub.url, 'ana@example.com', newPassword);
  expect((await fetch(`${hub.url}/api/me`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  expect((await fetch(`${hub.url}/api/me`, { headers: { authorization: `Bearer ${key}0` } })).status).toBe(401);
  expect((await fetch(`${hub.url}/metrics`, { headers: { authorization: `Bearer ${settings.METRICS_TOKEN}` } })).status).toBe(200);
  const watching = new WebSocket(`${hub.url.replace('http', 'ws')}/ws/progress?userId=${ana.userId}`, {
    headers: { cookie: ana.cookie },
  } as unknown as string[]);
  await new Promise((resolve) => watching.addEventListener('open', resolve));
  watching.close();
  const agent = await runAgent(scope, hub, { env: { LOG_LEVEL: 'trace', API_KEY: token } });
  const file = await upload(admin, 'secret.txt', 'the content of a file');
  await untilEnded(admin, await deliver(admin, file.id, [agent.id]));
  await ana.send('POST', '/api/auth/sign-out');
  await agent.stop();
  await hub.stop();

  const cookieValues = [admin, ana].flatMap(({ cookie }) => cookie.split('; ').map((pair) => decodeURIComponent(pair.slice(pair.indexOf('=') + 1))));
  const secrets = [adminPassword, wrongPassword, newPassword, enrolmentSecret, settings.AUTH_SECRET, settings.METRICS_TOKEN, key, token, ...cookieValues];
  for (const service of [hub, agent]) {
    expect(service.logs.some(({ event }) => event === 'stopped')).toBe(true);
    const text = service.logs.map((line) => JSON.stringify(line)).join('\n');
    // The part of a cookie before its signature is what the database holds.
    for (const secret of secrets) for (const part of [secret, encodeURIComponent(secret), secret.split('.')[0] ?? secret]) expect(text).not.toContain(part);
    // An access token is a JWT, whoever it is for.
    expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}\./);
  }
}, 90_000);

// How an agent becomes known, is approved, proves its key, and what it is refused.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { apiKey, eventually, type Person, startTestHub, type TestHub, upgradeStatus } from '../http/hub.fixture.ts';
import { openTestSocket } from '../http/socket.fixture.ts';
import { ScriptedAgent } from './scripted-agent.fixture.ts';

let hub: TestHub;
let ana: Person;

beforeAll(async () => {
  hub = await startTestHub({ AGENT_TOKEN_MAX_AGE_MS: '60000' });
  ana = await hub.person('ana@example.com');
});
afterAll(() => hub.stop());

const token = async (traits: object) => (await hub.admin.send('POST', '/api/agents/tokens', { json: traits })).body.token as string;

describe('enrolment', () => {
  test("with the hub's API_KEY leaves the agent pending until it is approved", async () => {
    const agent = new ScriptedAgent(hub, 'with-key');
    expect((await agent.enrol()).body).toMatchObject({ status: 'pending' });
    expect(await agent.status()).toBe('pending');
    expect((await agent.prove()).body.code).toBe('agent_pending');
    expect((await hub.admin.send('PATCH', `/api/agents/${agent.id}`, { json: { status: 'approved' } })).body.status).toBe('offline');
    expect((await agent.prove()).status).toBe(200);
  });

  test('with an approving token spares the approval and gives its labels', async () => {
    const agent = new ScriptedAgent(hub, 'with-token');
    expect((await agent.enrol(await token({ approved: true, labels: ['north', 'north', 'shop'] }))).body).toMatchObject({ status: 'approved' });
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}`)).body.labels).toEqual(['north', 'shop']);
  });

  test('with the same key is the same agent', async () => {
    const agent = new ScriptedAgent(hub, 'again');
    await agent.enrol();
    const first = agent.id;
    expect((await agent.enrol()).body).toEqual({ agent_id: first, status: 'pending' });
  });

  test('is refused with 401 when the token is used up', async () => {
    const once = await token({ uses: 1 });
    expect((await new ScriptedAgent(hub, 'first').enrol(once)).status).toBe(200);
    const answer = await new ScriptedAgent(hub, 'second').enrol(once);
    expect([answer.status, answer.body.code]).toEqual([401, 'token_invalid']);
  });

  test('of two at once with a token for one is given to one', async () => {
    const once = await token({ uses: 1 });
    const answers = await Promise.all(['one', 'two', 'three'].map((name) => new ScriptedAgent(hub, name).enrol(once)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  test('is refused with 401 when the token has expired', async () => {
    const short = await token({ expires_in_ms: 1000 });
    expect((await new ScriptedAgent(hub, 'in time').enrol(short)).status).toBe(200);
    const many = await token({ uses: 1000, expires_in_ms: 1000 });
    const status = await eventually(async () => {
      const answer = await new ScriptedAgent(hub, 'too late').enrol(many);
      return answer.status === 200 ? undefined : answer;
    });
    expect([status.status, status.body.code]).toEqual([401, 'token_invalid']);
  });

  for (const secret of ['', 'wrong', `${apiKey}x`, 'relevo_']) {
    test(`is refused with 401 with ${secret === '' ? 'no secret' : JSON.stringify(secret)}`, async () => {
      expect((await new ScriptedAgent(hub, 'nobody').enrol(secret)).status).toBe(401);
    });
  }

  const wrong: [string, object][] = [
    ['a key that is too short', { public_key: 'abc' }],
    ['an empty name', { name: '' }],
    ['a name of 129', { name: 'x'.repeat(129) }],
    ['no platform', { platform: undefined }],
  ];
  for (const [title, change] of wrong) {
    test(`is refused with 400 with ${title}`, async () => {
      const json = { public_key: 'A'.repeat(43), name: 'n', version: '1', platform: 'p', ...change };
      expect((await hub.send('POST', '/api/agent/enroll', { json, headers: { authorization: `Bearer ${apiKey}` } })).status).toBe(400);
    });
  }

  test('tokens are made by administrators only, within their bounds', async () => {
    expect((await ana.send('POST', '/api/agents/tokens', { json: {} })).status).toBe(403);
    for (const json of [{ uses: 0 }, { uses: 1.5 }, { expires_in_ms: 1 }, { labels: [''] }, { approved: 'yes' }]) {
      expect((await hub.admin.send('POST', '/api/agents/tokens', { json })).status).toBe(400);
    }
  });
});

describe('a proof of possession', () => {
  const approvedAgent = async (name: string) => {
    const agent = new ScriptedAgent(hub, name);
    await agent.enrol(await token({ approved: true }));
    return agent;
  };

  test('gives an httpOnly cookie that lives as long as it says', async () => {
    const answer = await (await approvedAgent('prover')).prove();
    expect(answer.body).toEqual({ expires_in_ms: 60_000 });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^access_token=[^;]+; Path=\/; Max-Age=60; HttpOnly; SameSite=Strict$/);
  });

  test('over another text is refused', async () => {
    expect((await (await approvedAgent('liar')).prove((nonce) => `${nonce}x`)).body.code).toBe('token_invalid');
  });

  test("with another agent's nonce is refused", async () => {
    const [one, other] = [await approvedAgent('one'), await approvedAgent('other')];
    expect((await one.prove(undefined, other.id)).body.code).toBe('token_invalid');
  });

  test('of an agent nobody knows is refused with 401 agent_unknown', async () => {
    const answer = await new ScriptedAgent(hub, 'ghost').prove(undefined, 'ghost');
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    const ghost = await approvedAgent('ghost');
    expect((await ghost.prove(undefined, 'nobody')).body.code).toBe('agent_unknown');
  });
});

describe('the socket of an agent', () => {
  let agent: ScriptedAgent;
  let access: string;
  beforeAll(async () => {
    agent = new ScriptedAgent(hub, 'dialler');
    await agent.enrol(await token({ approved: true }));
    access = await agent.token();
  });

  const forms: [string, (jwt: string) => Record<string, string>][] = [
    ['in the cookie', (jwt) => ({ cookie: `access_token=${jwt}` })],
    ['in the cookie, with Bearer', (jwt) => ({ cookie: `access_token=Bearer ${jwt}` })],
    ['in the cookie, in quotes, with Bearer', (jwt) => ({ cookie: `access_token="Bearer ${jwt}"` })],
    ['in the cookie, percent-encoded', (jwt) => ({ cookie: `access_token=${encodeURIComponent(`Bearer ${jwt}`)}` })],
    ['in the cookie, beside others', (jwt) => ({ cookie: `a=b; access_token=${jwt}; c=d` })],
    ['in the header', (jwt) => ({ authorization: `Bearer ${jwt}` })],
    ['in the header, in quotes', (jwt) => ({ authorization: `Bearer "${jwt}"` })],
    ['in the header, bare', (jwt) => ({ authorization: jwt })],
  ];
  for (const [title, headers] of forms)
    test(`opens with the token ${title}`, async () => expect(await upgradeStatus(hub.url, '/ws', headers(access))).toBe(101));

  const bad: [string, (jwt: string) => Record<string, string>, string?][] = [
    ['no token', () => ({})],
    ['an empty token', () => ({ cookie: 'access_token=' })],
    ['nonsense', () => ({ cookie: 'access_token=nonsense' })],
    ['an altered token', (jwt) => ({ cookie: `access_token=${jwt.slice(0, -3)}AAA` })],
    ['an unsigned token', (jwt) => ({ cookie: `access_token=${btoa('{"alg":"none"}').replace(/=/g, '')}.${jwt.split('.')[1]}.` })],
    ['the token in the query', () => ({}), '/ws?access_token='],
  ];
  for (const [title, headers, path] of bad) {
    test(`is refused with 401 before the upgrade: ${title}`, async () => {
      expect(await upgradeStatus(hub.url, path ? path + access : '/ws', headers(access))).toBe(401);
    });
  }

  test('is not opened by a challenge, nor by the session of a person', async () => {
    const { body } = await hub.send('POST', '/api/agent/challenge', { json: { agent_id: agent.id } });
    expect(await upgradeStatus(hub.url, '/ws', { cookie: `access_token=${body.nonce}` })).toBe(401);
    expect(await upgradeStatus(hub.url, '/ws', { cookie: hub.admin.cookie })).toBe(401);
  });

  test('is refused with 401 once the token has expired', async () => {
    const short = await startTestHub({ AGENT_TOKEN_MAX_AGE_MS: '1000' });
    const other = new ScriptedAgent(short, 'late');
    await other.join();
    const jwt = await other.token();
    expect(await upgradeStatus(short.url, '/ws', { cookie: `access_token=${jwt}` })).toBe(101);
    await eventually(async () => (await upgradeStatus(short.url, '/ws', { cookie: `access_token=${jwt}` })) === 401);
    await short.stop();
  });

  const broken: [string, unknown][] = [
    ['not JSON', 'hello'],
    ['a list', '[]'],
    ['without a type', '{}'],
    ['a hello of another shape', { type: 'hello', protocol: 'one' }],
    ['a report before the hello', { type: 'heartbeat' }],
  ];
  for (const [title, message] of broken) {
    test(`is closed with 4400 by a first message that is ${title}`, async () => {
      const socket = await openTestSocket(hub.url, '/ws', { cookie: `access_token=${access}` });
      socket.send(message);
      expect((await socket.closed).code).toBe(4400);
    });
  }

  test('is closed with 4400 by a broken message after the welcome, and by a second hello', async () => {
    for (const message of [{ type: 'tick' }, { type: 'received', seq: -1 }, { type: 'hello', protocol: 1, version: '1', platform: 't', received_seq: 0 }]) {
      const socket = await agent.connect({ token: access });
      socket.send(message);
      expect((await socket.closed).code).toBe(4400);
    }
  });

  test('ignores a message of an unknown type', async () => {
    const socket = await agent.connect({ token: access });
    socket.send({ type: 'something_newer', seq: 5 });
    agent.seq = 0;
    await agent.report({ type: 'inventory', first: true, files: [] });
    expect(await agent.status()).toBe('online');
    socket.close();
  });

  test('takes over from an older one of the same agent, which is closed with 4409, and the agent stays online', async () => {
    const older = await agent.connect({ token: access });
    const newer = await agent.connect({ token: access });
    expect((await older.closed).code).toBe(4409);
    expect(await agent.status()).toBe('online');
    newer.close();
    await eventually(async () => (await agent.status()) === 'offline');
  });
});

describe('revoking', () => {
  test('closes the socket at once with 4403, ends its steps, and its credentials are dead', async () => {
    const agent = await new ScriptedAgent(hub, 'rogue').join();
    const jwt = await agent.token();
    const { body: file } = await hub.admin.send('POST', '/api/files?name=a.txt', { body: 'a' });
    const { body: delivery } = await hub.admin.send('POST', '/api/deliveries', { json: { file_id: file.id, agent_ids: [agent.id] } });
    expect((await hub.admin.send('DELETE', `/api/agents/${agent.id}`)).status).toBe(204);
    expect((await agent.socket?.closed)?.code).toBe(4403);
    expect(await agent.status()).toBe('revoked');
    expect((await hub.admin.send('GET', `/api/operations/${delivery.operation_id}`)).body).toMatchObject({
      state: 'error',
      steps: [{ status: 'error', message: 'The agent was revoked' }],
    });
    expect(await upgradeStatus(hub.url, '/ws', { cookie: `access_token=${jwt}` })).toBe(403);
    expect((await agent.prove()).body.code).toBe('agent_revoked');
    expect((await agent.enrol()).body.code).toBe('agent_revoked');
    expect((await hub.send('GET', '/api/agent/files', { headers: { cookie: `access_token=${jwt}` } })).status).toBe(403);
    expect((await hub.admin.send('PATCH', `/api/agents/${agent.id}`, { json: { status: 'approved' } })).body.code).toBe('agent_revoked');
  });

  test('and approving is for administrators', async () => {
    const agent = new ScriptedAgent(hub, 'waiting');
    await agent.enrol();
    expect((await ana.send('PATCH', `/api/agents/${agent.id}`, { json: { status: 'approved' } })).status).toBe(403);
    expect((await ana.send('DELETE', `/api/agents/${agent.id}`)).status).toBe(403);
    expect(await agent.status()).toBe('pending');
  });

  test('what is not there is answered 404', async () => {
    expect((await hub.admin.send('DELETE', '/api/agents/nobody')).status).toBe(404);
    expect((await hub.admin.send('PATCH', '/api/agents/nobody', { json: {} })).status).toBe(404);
    expect((await ana.send('GET', '/api/agents/nobody')).status).toBe(404);
  });
});

test('an agent that falls silent is offline within three heartbeats', async () => {
  // Long beside what a busy machine keeps this process waiting.
  const heartbeatMs = 1000;
  const quick = await startTestHub({ AGENT_HEARTBEAT_MS: String(heartbeatMs) });
  // It answers the protocol's pings, as its operating system would not, but says nothing.
  const agent = await new ScriptedAgent(quick, 'silent').join();
  const heardAt = Date.now();
  expect(await agent.status()).toBe('online');
  await eventually(async () => (await agent.status()) === 'offline');
  expect(Date.now() - heardAt).toBeLessThan(heartbeatMs * 5);
  await quick.stop();
});

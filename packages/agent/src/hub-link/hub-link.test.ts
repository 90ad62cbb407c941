// How a real agent gets in, stays, and comes back.
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { closeCodes } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import type { RunningAgent } from '../agent.ts';

setDefaultTimeout(testTimeoutMs);

let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
});

/** Waits until the hub has welcomed the agent and got its inventory. */
async function settled(): Promise<void> {
  const before = bench.hub.journal.length;
  await bench.hub.until(() => bench.hub.journal.slice(before).some((report) => report.type === 'inventory'), 'an inventory');
}

test('enrols, proves its key, says hello and is connected', async () => {
  const agent = await bench.start();
  await settled();
  expect(bench.hub.enrolments).toEqual(['test']);
  expect(bench.hub.upgrades).toEqual(bench.hub.tokens);
  expect(bench.hub.messages[0]).toMatchObject({ type: 'hello', protocol: 1, received_seq: 0 });
  expect(agent.connection()).toMatchObject({ state: 'connected', server_url: bench.hub.url, last_error: null });
});

test('keeps its key and its id: the next process does not enrol', async () => {
  const first = await bench.start();
  await settled();
  await first.stop();
  await bench.start({ API_KEY: '' });
  await settled();
  expect(bench.hub.enrolments.length).toBe(1);
});

test('the private key is readable for nobody else', async () => {
  await bench.start();
  await settled();
  for (const name of ['agent.db', 'agent.db-wal']) expect(statSync(join(bench.dataDir, name)).mode & 0o077).toBe(0);
});

test('beats for as long as it is connected', async () => {
  bench.hub.heartbeatMs = 20;
  await bench.start();
  await bench.hub.until(() => bench.hub.messages.filter((message) => message.type === 'heartbeat').length >= 3);
});

test('enrols anew when the hub has forgotten it', async () => {
  const first = await bench.start();
  await settled();
  await first.stop();
  bench.hub.forgetAgents();
  await bench.start();
  await settled();
  expect(bench.hub.enrolments.length).toBe(2);
});

test('tasks of a hub that has forgotten it are not held against the new ones', async () => {
  const first = await bench.start();
  const file = bench.hub.addFile(new Uint8Array(10));
  await bench.hub.end(bench.hub.deliver(file));
  await first.stop();
  bench.hub.forgetAgents();
  await bench.start();
  await settled();
  expect(bench.hub.messages.findLast((message) => message.type === 'hello')).toMatchObject({ received_seq: 0 });
});

test('waits for approval, says so, and gets in once it is given', async () => {
  bench.hub.status = 'pending';
  const agent = await bench.start();
  await state(agent, ({ phase }) => phase === 'awaiting_approval');
  expect(agent.connection()).toMatchObject({ state: 'connecting', last_error: 'waiting for approval on the hub' });
  bench.hub.status = 'approved';
  await settled();
});

describe('comes back', () => {
  test('after the hub was not there when it started', async () => {
    await bench.hub.stop();
    const agent = await bench.start();
    await state(agent, ({ state, last_error }) => state === 'disconnected' && last_error === 'connection refused');
    bench.hub.start();
    await settled();
    expect(agent.connection().last_error).toBeNull();
  });

  test.each([closeCodes.goingAway, closeCodes.sessionEnded, closeCodes.notAllowed, closeCodes.brokenProtocol, closeCodes.replaced, 1011])(
    'after the socket was closed with %i',
    async (code) => {
      await bench.start();
      await settled();
      bench.hub.closeSocket(code);
      await settled();
    },
  );

  test('with a new token after the old one ended', async () => {
    await bench.start();
    await settled();
    bench.hub.closeSocket(closeCodes.sessionEnded);
    await settled();
    expect(bench.hub.tokens.length).toBe(2);
    expect(bench.hub.upgrades.at(-1)).toBe(bench.hub.tokens[1]);
  });

  test('with the same token while it holds', async () => {
    await bench.start();
    await settled();
    bench.hub.closeSocket(closeCodes.goingAway);
    await settled();
    expect(bench.hub.tokens.length).toBe(1);
  });

  test('with a new token before the old one ends', async () => {
    bench.hub.tokenLifeMs = 30;
    await bench.start({ TOKEN_RENEW_BEFORE_MS: '30000', RECONNECT_DELAY_MIN_MS: '60' });
    await settled();
    bench.hub.closeSocket(closeCodes.goingAway);
    await settled();
    expect(new Set(bench.hub.upgrades).size).toBe(2);
  });

  test('after the upgrade was refused', async () => {
    let refusals = 0;
    bench.hub.onUpgrade = () => (refusals++ === 0 ? new ProblemError('token_invalid').toResponse() : undefined);
    await bench.start();
    await settled();
    expect(bench.hub.tokens.length).toBe(2);
  });

  test('when the hub falls silent', async () => {
    bench.hub.heartbeatMs = 20;
    await bench.start();
    await settled();
    bench.hub.silent = true;
    const { length } = bench.hub.upgrades;
    await bench.hub.until(() => bench.hub.upgrades.length > length);
    bench.hub.silent = false;
    await settled();
  });

  test.each(['{', '[]', '{"type":"task"}', '{"type":"acked","seq":-1}', '{"type":5}'])('after the hub sent %p', async (text) => {
    await bench.start();
    await settled();
    bench.hub.sendText(text);
    await settled();
  });
});

test('a message of a kind that it does not know is ignored', async () => {
  await bench.start();
  await settled();
  bench.hub.sendText('{"type":"from_the_future","value":1}');
  const file = bench.hub.addFile(new Uint8Array(10));
  expect((await bench.hub.end(bench.hub.deliver(file))).status).toBe('completed');
  expect(bench.hub.upgrades.length).toBe(1);
});

test.each([
  ['a wrong API_KEY', { API_KEY: 'wrong' }, 'the enrolment secret is not valid'],
  ['no API_KEY', { API_KEY: '' }, 'the hub does not know this agent: set API_KEY to enrol it'],
] as [string, Record<string, string>, string][])('with %s it says so and goes on trying', async (_name, env, lastError) => {
  const agent = await bench.start(env);
  await state(agent, ({ last_error }) => last_error === lastError);
  expect(agent.connection()).toMatchObject({ state: 'disconnected', next_attempt_at: expect.any(String) });
});

test('a revoked agent says so and comes back when that is undone', async () => {
  bench.hub.status = 'revoked';
  const agent = await bench.start();
  await state(agent, ({ last_error }) => last_error === 'The agent was revoked');
  bench.hub.status = 'approved';
  await settled();
});

test('a server that is no hub is told apart', async () => {
  const other = Bun.serve({ port: 0, fetch: () => Response.json({ hello: 'world' }) });
  try {
    const agent = await bench.start({ SERVER_URL: other.url.href });
    await state(agent, ({ last_error }) => last_error === 'SERVER_URL answers, but not as a Relevo hub does');
  } finally {
    await other.stop(true);
  }
});

/** Waits for a state of the connection, as the local page hears of it. */
async function state(agent: RunningAgent, fact: (connection: ReturnType<RunningAgent['connection']>) => boolean): Promise<void> {
  const stream = await fetch(`${agent.url}/api/events`);
  for await (const _event of stream.body ?? []) if (fact(agent.connection())) return;
  throw new Error('the event stream ended before the fact');
}

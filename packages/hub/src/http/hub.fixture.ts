// A whole hub in this process, on a real socket and a folder of its own, and the people who use it.
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationResource, StepStatus } from '@relevo/protocol';
import { createLog, readSettings } from '@relevo/runtime';
import { type Hub, startHub } from '../hub.ts';
import { hubSettings } from '../settings.ts';
import { openTestSocket, type TestSocket } from './socket.fixture.ts';

export const apiKey = 'the enrolment secret of the tests';
const adminEmail = 'admin@example.com';
const password = 'correct horse battery';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  body: any;
}

export interface Asked {
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/** Somebody who is signed in, and sends what a browser would. */
export interface Person {
  userId: number;
  email: string;
  cookie: string;
  send(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** A progress socket of theirs. `query` and `headers` replace what a browser would send. */
  watch(query?: string, headers?: Record<string, string>): Promise<TestSocket>;
  /** The status with which the same would be refused before the upgrade; 101 when it is not. */
  watchStatus(query?: string, headers?: Record<string, string>): Promise<number>;
  /** Registers an operation that this person reports on. */
  begin(id: string, ...steps: string[]): Promise<OperationResource>;
  report(id: string, step: string, status: StepStatus, more?: object): Promise<void>;
}

export interface TestHub {
  url: string;
  hub: Hub;
  dataDir: string;
  admin: Person;
  /** Makes an account and signs in to it. */
  person(email: string): Promise<Person>;
  signIn(email: string): Promise<Person>;
  send(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Ends the hub and starts another one on what it kept; people stay signed in. */
  restart(env?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestHub(env: Record<string, string> = {}): Promise<TestHub> {
  const dataDir = await mkdtemp(join(tmpdir(), 'relevo-hub-'));
  const fixed = { HUB_PORT: '0', HUB_HOST: '127.0.0.1', HUB_DATA_DIR: dataDir, API_KEY: apiKey, ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: password };
  const log = createLog({ level: process.env.HUB_TEST_LOG ?? 'silent', format: 'json', service: 'hub' });
  const start = (more: Record<string, string>) => startHub(readSettings(hubSettings, { ...fixed, ...env, ...more }), log);
  let hub = await start({});
  const url = hub.url;

  const send = (method: string, path: string, { json, body, headers = {} }: Asked = {}) => {
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    return fetch(url + path, { method, headers: { ...type, ...headers }, body: json === undefined ? (body ?? null) : JSON.stringify(json) }).then(read);
  };
  const signIn = async (email: string): Promise<Person> => {
    const answer = await send('POST', '/api/auth/sign-in/email', { json: { email, password }, headers: { origin: url } });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.slice(0, line.indexOf(';')))
      .join('; ');
    const { body } = await send('GET', '/api/me', { headers: { cookie } });
    return personOf(url, body.id, email, cookie, send);
  };
  const admin = await signIn(adminEmail);
  return {
    url,
    get hub() {
      return hub;
    },
    dataDir,
    admin,
    signIn,
    send,
    async person(email) {
      const answer = await admin.send('POST', '/api/users', { json: { email, name: email, password } });
      if (answer.status !== 201) throw new Error(`user refused: ${JSON.stringify(answer.body)}`);
      return signIn(email);
    },
    async restart(more = {}) {
      await hub.stop();
      hub = await start({ ...more, HUB_PORT: new URL(url).port });
    },
    async stop() {
      await hub.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function personOf(url: string, userId: number, email: string, cookie: string, sendAny: TestHub['send']): Person {
  const send: Person['send'] = (method, path, asked = {}) => sendAny(method, path, { ...asked, headers: { origin: url, cookie, ...asked.headers } });
  const target = (query: string) => `/ws/progress${query}`;
  return {
    userId,
    email,
    cookie,
    send,
    watch: (query = `?userId=${userId}`, headers = {}) => openTestSocket(url, target(query), { origin: url, cookie, ...headers }),
    watchStatus: (query = `?userId=${userId}`, headers = {}) => upgradeStatus(url, target(query), { origin: url, cookie, ...headers }),
    async begin(id, ...steps) {
      const answer = await send('POST', '/api/operations', { json: { id, kind: 'test', title: 'work', steps } });
      if (answer.status !== 201) throw new Error(`operation refused: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async report(id, step, status, more = {}) {
      const answer = await send('PATCH', `/api/operations/${id}/steps/${step}`, { json: { status, message: `${step} ${status}`, ...more } });
      if (answer.status !== 200) throw new Error(`report refused: ${JSON.stringify(answer.body)}`);
    },
  };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

/** The status that a WebSocket upgrade is answered with: 101, or how it is refused. */
export function upgradeStatus(url: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': btoa('0123456789abcdef') };
    const request = httpRequest(url + path, { headers: { ...handshake, ...headers } });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on('error', reject);
    request.end();
  });
}

/** Waits for a fact that has no event; the runner's own limit ends what never comes true. */
export async function eventually<T>(fact: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await fact();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

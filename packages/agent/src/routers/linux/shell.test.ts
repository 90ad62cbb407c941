// Logins and broken connections over SSH, against a server of the tests: no router and no rights are needed.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type Connection, Server, utils } from 'ssh2';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { RouterInterruption } from '../router-interruption.ts';
import { createShell, type Shell, type ShellOptions } from './shell.ts';

const { signal } = new AbortController();
const hostKey = utils.generateKeyPairSync('ed25519');
const userKey = utils.generateKeyPairSync('ed25519');
const parsedHost = utils.parseKey(hostKey.public);
if (parsedHost instanceof Error) throw parsedHost;
const pin = createHash('sha256').update(parsedHost.getPublicSSH()).digest('base64').replace(/=+$/, '');

let server: Server;
let logins: string[];
let connections: Connection[];
let shells: Shell[];
/** How a command is answered; undefined: never. */
let answer: ((command: string) => { code: number; text: string }) | undefined;
let methods: string[];

beforeEach(async () => {
  logins = [];
  connections = [];
  shells = [];
  methods = ['password', 'publickey', 'keyboard-interactive'];
  answer = (command) => ({ code: command === 'false' ? 1 : 0, text: `ran ${command}\n` });
  server = new Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections.push(connection);
    connection.on('error', () => undefined);
    connection.on('authentication', (login) => {
      logins.push(login.method);
      if (!methods.includes(login.method)) return login.reject(methods as never);
      if (login.method === 'password') return login.password === 'right' ? login.accept() : login.reject();
      if (login.method === 'publickey') return login.accept();
      if (login.method === 'keyboard-interactive') {
        return login.prompt([{ prompt: 'Password: ', echo: false }], (answers) => (answers[0] === 'right' ? login.accept() : login.reject()));
      }
      return login.reject(methods as never);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const end = answer?.(command);
        if (!end) return;
        channel.write(end.text);
        channel.exit(end.code);
        channel.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  for (const shell of shells) shell.close();
  for (const connection of connections) connection.end();
  server.close();
});

function shell(change: Partial<ShellOptions> = {}): Shell {
  const { port } = server.address() as AddressInfo;
  const made = createShell({
    host: '127.0.0.1',
    port,
    username: 'relevo',
    password: 'right',
    privateKey: undefined,
    pin,
    connectTimeoutMs: 5000,
    commandTimeoutMs: 5000,
    answerMaxBytes: 4096,
    ...change,
  });
  shells.push(made);
  return made;
}

async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await call);
  } catch (error) {
    if (error instanceof TaskFailure) return `${error.text.code} ${Object.values(error.text.values ?? {}).join(' ')}`.trim();
    if (error instanceof RouterInterruption) return `interrupted: ${error.message}`;
    return String(error);
  }
}

const ran = '{"code":0,"stdout":"ran id\\n","stderr":""}';

describe('a login', () => {
  test.each([
    ['by password', ['password'], {}],
    ['by keyboard-interactive, which some servers ask for instead', ['keyboard-interactive'], {}],
    ['by key', ['publickey'], { password: undefined, privateKey: userKey.private }],
  ])('%s', async (_how, allowed, change) => {
    methods = allowed;
    expect(await outcome(shell(change).run('id', signal))).toBe(ran);
  });

  test('with the wrong password is refused', async () => {
    expect(await outcome(shell({ password: 'wrong' }).run('id', signal))).toBe('router.credentials_refused');
  });

  test('with a key that cannot be read says so, and not what is in it', async () => {
    expect(await outcome(shell({ privateKey: 'not a key' }).run('id', signal))).toBe('router.refused the private key cannot be read');
  });

  test.each([
    [null, `router.identity_unknown ${pin}`],
    ['A'.repeat(43), `router.identity_changed ${pin}`],
  ])('is not begun with a server whose key is not the approved one: %p', async (approved, expected) => {
    expect(await outcome(shell({ pin: approved }).run('id', signal))).toBe(expected);
    expect(logins).toEqual([]);
  });
});

test('commands share one connection; how each ended is told', async () => {
  const one = shell();
  expect(await outcome(one.run('id', signal))).toBe(ran);
  expect((await one.run('false', signal)).code).toBe(1);
  expect(connections.length).toBe(1);
});

test('a connection that broke is opened again for the next command', async () => {
  const one = shell();
  await one.run('id', signal);
  const [first] = connections;
  answer = () => {
    first?.end();
    return { code: 0, text: '' };
  };
  await outcome(one.run('id', signal));
  answer = (command) => ({ code: 0, text: `ran ${command}\n` });
  expect(await outcome(one.run('id', signal))).toBe(ran);
});

test('a command that does not end is cut', async () => {
  answer = undefined;
  expect(await outcome(shell({ commandTimeoutMs: 100 }).run('id', signal))).toBe('interrupted: no answer');
});

test('an answer that is too large is not read to its end', async () => {
  answer = () => ({ code: 0, text: 'x'.repeat(10_000) });
  expect(await outcome(shell().run('id', signal))).toBe('router.refused the answer is too large');
});

test('a command that is aborted ends at once, with the reason', async () => {
  answer = undefined;
  const abort = new AbortController();
  const call = outcome(shell().run('id', abort.signal));
  abort.abort(new Error('stopped'));
  expect(await call).toBe('Error: stopped');
});

test('a port where nobody listens is an interruption', async () => {
  const one = shell();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  expect(await outcome(one.run('id', signal))).toBe('interrupted: connection refused');
});

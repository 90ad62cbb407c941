// What the environment may say to an agent.
import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { checkFiles, readAgentSettings } from './settings.ts';

test('an empty environment is enough', () => {
  const settings = readAgentSettings({});
  expect(settings).toMatchObject({
    SERVER_URL: 'http://localhost:8000',
    WS_SERVER_URL: 'ws://localhost:8000/ws',
    AGENT_PORT: 8001,
    AGENT_HOST: '127.0.0.1',
    AGENT_DATA_DIR: './data/agent',
  });
  expect(settings.FILES_DIR).toBe(join('data', 'agent', 'files'));
});

test.each([
  [{ SERVER_URL: 'https://hub.example/relevo/' }, 'wss://hub.example/relevo/ws'],
  [{ SERVER_URL: 'http://10.0.0.1:9' }, 'ws://10.0.0.1:9/ws'],
  [{ SERVER_URL: 'https://a', WS_SERVER_URL: 'wss://b/socket' }, 'wss://b/socket'],
])('%p leads to the socket %s', (env, socket) => {
  expect(readAgentSettings(env).WS_SERVER_URL).toBe(socket);
});

test.each([
  ['SERVER_URL', 'ftp://x'],
  ['SERVER_URL', 'localhost:8000'],
  ['WS_SERVER_URL', 'http://x'],
  ['AGENT_PORT', '65536'],
  ['AGENT_PORT', '-1'],
  ['AGENT_PORT', 'web'],
  ['LOG_LEVEL', 'loud'],
  ['AGENT_NAME', 'x'.repeat(129)],
  ['AGENT_NAME', ' '],
  ['AGENT_HOST_NAMES', 'agent.lan, a b'],
  ['AGENT_HOST_NAMES', 'agent.lan:8001'],
  ['TASKS_AT_ONCE_MAX', '0'],
  ['TRANSFERS_AT_ONCE_MAX', '0'],
  ['RECONNECT_DELAY_MIN_MS', '1.5'],
])('%s=%s is refused in one line that names it', (name, value) => {
  expect(() => readAgentSettings({ [name]: value })).toThrow(new RegExp(`^${name}=".*" is not allowed: it must be [^\\n]+$`));
});

test.each(['0.0.0.0', '::', '192.168.1.5', 'agent.lan'])('AGENT_HOST=%s needs a password', (AGENT_HOST) => {
  expect(() => readAgentSettings({ AGENT_HOST })).toThrow('AGENT_PASSWORD');
  expect(readAgentSettings({ AGENT_HOST, AGENT_PASSWORD: 'x' }).AGENT_HOST).toBe(AGENT_HOST);
});

test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('AGENT_HOST=%s needs none', (AGENT_HOST) => {
  expect(readAgentSettings({ AGENT_HOST }).AGENT_HOST).toBe(AGENT_HOST);
});

test('a file of authorities that cannot be read, or holds none, is refused by its name', async () => {
  for (const path of ['/nothing/here.pem', import.meta.path.replace('settings.test.ts', 'version.ts'), import.meta.dir]) {
    await expect(checkFiles({ ROUTER_CA_FILE: path })).rejects.toThrow(`ROUTER_CA_FILE=${JSON.stringify(path)} is not allowed: it must be`);
  }
  await checkFiles({ ROUTER_CA_FILE: undefined });
});

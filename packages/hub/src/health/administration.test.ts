// What administrators look at: settings with their source, the health of the hub.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, setting } from '@relevo/runtime';
import { startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { hubSettings } from '../settings.ts';
import { readDotEnv, reportSettings } from './settings-report.ts';
import { settingsInSpanish } from './settings-spanish.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ FILE_SIZE_MAX_BYTES: '1000', AUTH_SECRET: 'a secret that nobody is told, of the tests' });
});
afterAll(() => hub.stop());

const table = {
  A_MAX: setting.integer(5, 'A bound', { max: 9 }),
  NAMES: setting.list(['a', 'b'], 'Names'),
  SECRET: setting.text(undefined, 'A secret', { secret: true }),
  SECRET_WITH_DEFAULT: setting.text('changeme', 'A secret', { secret: true }),
};
const reportOf = (env: Record<string, string>, dotEnv = {}) => reportSettings({ table, values: readSettings(table, env), env, dotEnv });
const one = (name: string, report = reportOf({})) => report.find((each) => each.name === name);

describe('settings', () => {
  test('that nobody set are defaults', () => {
    expect(one('A_MAX')).toEqual({
      name: 'A_MAX',
      value: '5',
      default: '5',
      source: 'default',
      secret: false,
      about: 'A bound',
      allowed: 'a whole number from 0 to 9',
    });
    expect(one('NAMES')).toMatchObject({ value: 'a,b', source: 'default' });
    expect(one('SECRET')).toMatchObject({ value: null, default: null, source: 'default' });
  });

  test('say whether the environment or .env set them, even to the default', () => {
    expect(one('A_MAX', reportOf({ A_MAX: '5' }))).toMatchObject({ value: '5', source: 'environment' });
    expect(one('A_MAX', reportOf({ A_MAX: '7' }, { A_MAX: '7' }))).toMatchObject({ value: '7', source: '.env' });
    expect(one('A_MAX', reportOf({ A_MAX: '7' }, { A_MAX: '8' }))).toMatchObject({ value: '7', source: 'environment' });
    expect(one('A_MAX', reportOf({ A_MAX: '' }, { A_MAX: '' }))).toMatchObject({ value: '5', source: 'default' });
  });

  test('that are secret are never shown, nor how long they are', () => {
    const report = reportOf({ SECRET: 'hunter2' });
    expect(one('SECRET', report)).toMatchObject({ value: '•••', source: 'environment', secret: true });
    expect(one('SECRET_WITH_DEFAULT', report)).toMatchObject({ value: '•••', default: '•••' });
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  test('of a .env are read as they are written; none without one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relevo-env-'));
    try {
      expect(readDotEnv(folder)).toEqual({});
      await writeFile(join(folder, '.env'), '# a comment\nA_MAX=7\nSECRET="with a space"\n');
      expect(readDotEnv(folder)).toEqual({ A_MAX: '7', SECRET: 'with a space' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('of the hub are told to administrators only, without a secret', async () => {
    const ana = await hub.person('ana@example.com');
    expect((await ana.send('GET', '/api/admin/settings')).status).toBe(403);
    expect((await hub.send('GET', '/api/admin/settings')).status).toBe(401);
    const { body } = await hub.admin.send('GET', '/api/admin/settings');
    const named = (name: string) => body.settings.find((each: { name: string }) => each.name === name);
    expect(named('FILE_SIZE_MAX_BYTES')).toMatchObject({ value: '1000', source: 'environment' });
    expect(named('AUTH_SECRET').value).toBe('•••');
    expect(JSON.stringify(body)).not.toContain('a secret that nobody is told');
  });
});

describe('what settings are, in Spanish', () => {
  test('is said of each, in words of its own, and of nothing else', () => {
    expect(Object.keys(settingsInSpanish)).toEqual(Object.keys(hubSettings));
    for (const [name, { about, allowed, allowedInSpanish }] of Object.entries(hubSettings)) {
      const spanish = settingsInSpanish[name as keyof typeof settingsInSpanish];
      expect([name, spanish.trim()]).not.toEqual([name, '']);
      expect([name, spanish]).not.toEqual([name, about]);
      expect([name, allowedInSpanish]).not.toEqual([name, allowed]);
    }
  });

  test('names the same settings, values and figures as in English', () => {
    const marks = (text: string) => (text.match(/[A-Z][A-Z_]{3,}|\d[\d.:]*|`[^`]+`|\/\w+/g) ?? []).sort();
    for (const [name, { about }] of Object.entries(hubSettings)) {
      expect([name, ...marks(settingsInSpanish[name as keyof typeof settingsInSpanish])]).toEqual([name, ...marks(about)]);
    }
  });

  test('is what a reader of Spanish is told', async () => {
    const { body } = await hub.admin.send('GET', '/api/admin/settings', { headers: { 'accept-language': 'es-ES,en;q=0.5' } });
    const named = (name: string) => body.settings.find((each: { name: string }) => each.name === name);
    expect(named('FILE_SIZE_MAX_BYTES')).toMatchObject({ about: 'Archivo más grande', allowed: 'un número entero, 1 o más', value: '1000' });
    expect(named('AUTH_SECRET').value).toBe('•••');
    const english = await hub.admin.send('GET', '/api/admin/settings', { headers: { 'accept-language': 'de' } });
    expect(english.body.settings.find((each: { name: string }) => each.name === 'FILE_SIZE_MAX_BYTES')).toMatchObject({ about: 'Largest file' });
  });
});

describe('health', () => {
  test('is for administrators only', async () => {
    const bea = await hub.person('bea@example.com');
    expect((await bea.send('GET', '/api/admin/health')).status).toBe(403);
    expect((await hub.send('GET', '/api/admin/health')).status).toBe(401);
  });

  test('tells what is there: files, operations, sockets, room on the disk', async () => {
    const before = (await hub.admin.send('GET', '/api/admin/health')).body;
    await hub.admin.send('POST', '/api/files?name=a.txt', { body: 'twelve bytes' });
    await hub.admin.begin('work', 'step');
    const socket = await hub.admin.watch();
    const { status, body } = await hub.admin.send('GET', '/api/admin/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      files: before.files + 1,
      file_bytes: before.file_bytes + 12,
      operations_active: before.operations_active + 1,
      connections: { progress: 1, agent: 0, events: 0 },
      runtime: `Bun ${Bun.version}`,
      pid: process.pid,
      uploads_unfinished: 0,
      agent_tasks: 0,
    });
    expect(body.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(body.disk.free_bytes).toBeGreaterThan(0);
    expect(body.disk.total_bytes).toBeGreaterThanOrEqual(body.disk.free_bytes);
    expect(body.database.size_bytes).toBeGreaterThan(4096);
    expect(body.memory.rss_bytes).toBeGreaterThan(10_000_000);
    expect(body.uptime_ms).toBeGreaterThan(0);
    socket.close();
  });

  test('notices an event loop that was held up', async () => {
    await hub.admin.send('GET', '/api/admin/health');
    const until = performance.now() + 300;
    while (performance.now() < until);
    // The delay is seen at the first turn of the loop after it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { body } = await hub.admin.send('GET', '/api/admin/health');
    expect(body.event_loop.max_ms).toBeGreaterThan(100);
  });
});

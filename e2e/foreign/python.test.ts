// Debian's python3-websockets against the real hub: the example of forty lines, and what a library of another language makes of the socket.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type RunningHub, runHub } from '../harness/hub.ts';
import { Scope } from '../harness/scope.ts';
import { makeUser, type Session } from '../harness/session.ts';
import { until } from '../harness/until.ts';

// The system's own interpreter: another one first in the PATH would not see Debian's package.
const python = '/usr/bin/python3';
const example = join(import.meta.dir, '../../examples/python-watcher/watch.py');
const scope = new Scope();
let hub: RunningHub;
let ana: Session;
let key: string;

beforeAll(async () => {
  hub = await runHub(scope);
  ana = await makeUser(hub.admin, 'ana@example.com');
  key = (await ana.ask('POST', '/api/api-keys', { json: { name: 'python' } })).key;
});
afterAll(() => scope.end());

function run(script: string[], apiKey = key) {
  const child = Bun.spawn([python, ...script], { env: { ...process.env, RELEVO_API_KEY: apiKey }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  scope.onEnd(() => child.kill());
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = '';
  return {
    /** Reads on until `text` was said. */
    async until(text: string): Promise<string> {
      while (!said.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`it ended without saying ${text}: ${said} ${await new Response(child.stderr).text()}`);
        said += value;
      }
      return said;
    },
    async end(): Promise<{ code: number; said: string; errors: string }> {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return { code: await child.exited, said, errors: await new Response(child.stderr).text() };
        said += value;
      }
    },
  };
}

const watch = (id: string, apiKey?: string, userId = ana.userId) => run([example, hub.url, String(userId), id], apiKey);
const begin = (id: string) => ana.ask('POST', '/api/operations', { json: { id, kind: 'remove', title: 'Quitar', steps: ['router', 'config'] } });
const report = (id: string, step: string, status: string, progress?: number, message = '') =>
  ana.ask('PATCH', `/api/operations/${id}/steps/${step}`, { json: { status, progress, message } });

describe('the watcher in Python', () => {
  // Back before anything else happened, it is told by a snapshot what is so; back later, only what came since.
  test.each(['at once', 'late'])('follows an operation to its end, across a kill of the hub, %s, and says each thing once', async (back) => {
    const id = `python ${back}`.replaceAll(' ', '-');
    await begin(id);
    const watcher = watch(id);
    await watcher.until('config: pending');
    await report(id, 'router', 'in_progress', 20, 'Conectando…');
    await watcher.until('Conectando…');
    await hub.kill();
    await hub.start();
    const watching = async () => (await ana.ask('GET', '/api/metrics')).active_connections > 0;
    if (back === 'at once') await until('the watcher to come back', watching);
    await report(id, 'router', 'completed', 100, 'Hecho');
    await report(id, 'config', 'completed', 100, 'Listo');
    const { code, said } = await watcher.end();
    expect(said.split('\n')).toEqual([
      '── Quitar: pending',
      '  0% router: pending ',
      '  0% config: pending ',
      '── Quitar: in_progress',
      ' 20% router: in_progress Conectando…',
      '100% router: completed Hecho',
      '100% config: completed Listo',
      '── Quitar: completed',
      '',
    ]);
    expect(code).toBe(0);
  });

  test('exits with 1 when the operation failed, and shows it to who comes late', async () => {
    await begin('python-2');
    await report('python-2', 'router', 'error', 0, 'no route to host');
    await report('python-2', 'config', 'completed');
    const { code, said } = await watch('python-2').end();
    expect(said).toContain('router: error no route to host');
    expect(code).toBe(1);
  });

  test('is told of a wrong key and of another user, and does not come back', async () => {
    expect(await watch('python-3', 'wrong').end()).toMatchObject({ code: 1, errors: 'refused with 401\n' });
    expect(await watch('python-3', key, hub.admin.userId).end()).toMatchObject({ code: 1, errors: 'refused with 403\n' });
  });

  test('gets pings answered, a compressed connection declined, and a close it asked for', async () => {
    const script = `
import asyncio, json, os, websockets
async def main():
    url = '${hub.url.replace('http', 'ws')}/ws/progress?userId=${ana.userId}'
    async with websockets.connect(url, extra_headers={'Authorization': 'Bearer ' + os.environ['RELEVO_API_KEY']}, compression='deflate') as socket:
        await asyncio.wait_for(await socket.ping(b'are you there'), 10)
        async def parts():
            for part in ['{"type":"start_operation",', '"operation_id":', '"python-4"}']:
                yield part
        await socket.send(parts())
        print(json.loads(await socket.recv())['seq'], socket.extensions)
    print(socket.close_code)
asyncio.run(main())`;
    expect(await run(['-c', script]).end()).toEqual({ code: 0, said: '1 []\n1000\n', errors: '' });
  });
});

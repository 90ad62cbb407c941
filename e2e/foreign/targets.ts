// The servers of the progress socket that foreign clients meet: the hub, and the SDK's binding on Node and on Bun.
import { join } from 'node:path';
import { runHub } from '../harness/hub.ts';
import type { Scope } from '../harness/scope.ts';
import { makeUser } from '../harness/session.ts';

const floodCount = 100;

export interface Target {
  url: string;
  /** Two users, with the headers that prove them. */
  ana: Visitor;
  ben: Visitor;
  /** Registers an operation of `ana` that ends when told. */
  begin(id: string): Promise<void>;
  report(id: string, step: string, status: string, progress?: number, message?: string): Promise<void>;
  end(id: string): Promise<void>;
  /** A step that fails a hundred times, with 1 kB to say: each is a change of status, which is never left out. */
  flood(id: string): Promise<void>;
  /** Ends the process in order; resolves to its exit code. */
  stop(): Promise<number>;
}

export interface Visitor {
  userId: number;
  headers: Record<string, string>;
}

export function progressPath({ userId }: Visitor): string {
  return `/ws/progress?userId=${userId}`;
}

export async function hubTarget(scope: Scope): Promise<Target> {
  const hub = await runHub(scope, { PROGRESS_BUFFER_MAX_BYTES: String(64 * 1024), PROGRESS_SLOW_MAX_MS: '500', CONNECTIONS_PER_USER_MAX: '20' });
  const [ana, ben] = [await makeUser(hub.admin, 'ana@example.com'), await makeUser(hub.admin, 'ben@example.com')];
  let flooded = 0;
  const operation = (id: string) => `/api/operations/${id}`;
  return {
    url: hub.url,
    ana: { userId: ana.userId, headers: { cookie: ana.cookie, origin: hub.url } },
    ben: { userId: ben.userId, headers: { cookie: ben.cookie, origin: hub.url } },
    begin: (id) => ana.ask('POST', '/api/operations', { json: { id, kind: 'test', title: 'work' } }),
    report: (id, step, status, progress, message = '') => ana.ask('PATCH', `${operation(id)}/steps/${step}`, { json: { status, message, progress } }),
    end: (id) => ana.ask('PATCH', operation(id), { json: { state: 'completed' } }),
    async flood(id) {
      const failure = { type: 'step', operation_id: id, step: 'a', status: 'error', message: 'x'.repeat(1000) };
      const reports = Array.from({ length: floodCount }, (_, index) => ({ ...failure, seq: flooded + index + 1 }));
      flooded += floodCount;
      await ana.ask('POST', '/api/reports', { json: { reporter: 'flood', reports } });
    },
    stop: () => hub.stop(),
  };
}

/** The binding on `runtime`: `node` takes the built package, which is built first; `bun` the sources. */
export async function bindingTarget(scope: Scope, runtime: 'node' | 'bun'): Promise<Target> {
  const executable = runtime === 'bun' ? process.execPath : 'node';
  if (runtime === 'node') {
    const built = Bun.spawn(['node', join(import.meta.dir, '../../packages/progress/build.mjs')], { stdout: 'inherit', stderr: 'inherit' });
    if ((await built.exited) !== 0) throw new Error('the package could not be built');
  }
  const child = Bun.spawn([executable, join(import.meta.dir, 'binding.mjs')], { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  scope.onEnd(async () => {
    child.kill('SIGKILL');
    await child.exited;
  });
  const { value } = await child.stdout.getReader().read();
  const url = new TextDecoder().decode(value).trim();
  const post = async (path: string, body: object) => {
    const response = await fetch(url + path, { method: 'POST', body: JSON.stringify({ user_id: 7, ...body }) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  };
  return {
    url,
    ana: { userId: 7, headers: { 'x-user': '7', origin: url } },
    ben: { userId: 8, headers: { 'x-user': '8', origin: url } },
    begin: (id) => post('/begin', { id }),
    report: (id, step, status, progress, message) => post('/report', { id, step, status, progress, message }),
    end: (id) => post('/end', { id }),
    flood: (id) => post('/flood', { id, count: floodCount }),
    async stop() {
      child.kill('SIGTERM');
      return child.exited;
    },
  };
}

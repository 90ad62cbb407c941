// The servers of live progress that the benches compare: Relevo's hub and its peers, each a process of its own, watched and published to in its own way.
import { join } from 'node:path';
import { runtimeBinary } from '@relevo/e2e/command';
import { runHub } from '@relevo/e2e/hub';
import type { Scope } from '@relevo/e2e/scope';
import { type Dialect, RawWatcher } from './raw-watcher.ts';

/** One change of a step, as it is told to a server. */
export interface Update {
  operation_id: string;
  step: string;
  message: string;
  progress: number;
}

export interface LiveServer {
  readonly port: number;
  readonly pid: number;
  readonly dialect: Dialect;
  /** Makes operations known before they are watched; a server without operations has nothing to do. */
  begin(operationIds: readonly string[]): Promise<void>;
  /** Tells updates in one request; resolves when they were taken. */
  publish(updates: readonly Update[]): Promise<void>;
  stop(): Promise<void>;
}

export interface LiveHub extends LiveServer {
  url: string;
  apiKey: string;
}

/** More than any bench opens for the one user who watches. */
const watchersMax = '50000';
/** The hub takes a thousand reports in one request. */
const reportsMax = 1_000;

/** Relevo, as it is installed but for how many connections one user may have and one client may ask. */
export async function startRelevo(scope: Scope, settings: Record<string, string> = {}): Promise<LiveHub> {
  const hub = await runHub(scope, {
    HUB_HOST: '0.0.0.0',
    CONNECTIONS_PER_USER_MAX: watchersMax,
    OPERATIONS_PER_USER_MAX: watchersMax,
    USER_REQUESTS_PER_SECOND_MAX: watchersMax,
    ADDRESS_REQUESTS_PER_SECOND_MAX: watchersMax,
    ...settings,
  });
  const { key: apiKey } = await hub.admin.ask('POST', '/api/api-keys', { json: { name: 'bench' } });
  const reporter = crypto.randomUUID();
  let seq = 0;
  async function report(reports: readonly object[]): Promise<void> {
    for (let at = 0; at < reports.length; at += reportsMax) {
      const numbered = reports.slice(at, at + reportsMax).map((body) => ({ seq: ++seq, ...body }));
      const response = await fetch(`http://127.0.0.1:${hub.port}/api/reports`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reporter, reports: numbered }),
      });
      const answer = (await response.json()) as { refused?: unknown[] };
      if (!response.ok || answer.refused?.length !== 0) throw new Error(`the hub answered ${response.status}: ${JSON.stringify(answer).slice(0, 500)}`);
    }
  }
  return {
    port: hub.port,
    pid: hub.pid,
    url: hub.url,
    apiKey,
    dialect: {
      path: `/ws/progress?userId=${hub.admin.userId}`,
      headers: { cookie: hub.admin.cookie },
      watch: (operation_id, after) => JSON.stringify({ type: 'start_operation', operation_id, after }),
    },
    begin: (ids) => report(ids.map((operation_id) => ({ type: 'begin', operation_id, kind: 'bench', title: 'Bench' }))),
    publish: (updates) => report(updates.map((update) => ({ type: 'step', status: 'in_progress', ...update }))),
    async stop() {
      await hub.stop();
    },
  };
}

/** Socket.IO on the machine's Node. `recovery`: with its replay of what a client missed. */
export function startSocketIo(scope: Scope, { recovery = false } = {}): Promise<LiveServer> {
  return startPeer(scope, ['node', join(import.meta.dir, 'servers/socket-io.mjs'), ...(recovery ? ['--recovery'] : [])], {
    path: '/socket.io/?EIO=4&transport=websocket',
    // A client joins the main namespace, and is told its id.
    hello: { text: '40', answer: '40' },
    watch: (id) => `42${JSON.stringify(['start_operation', id])}`,
    // "2" is Engine.IO's ping, "3" its pong.
    heartbeat: (first, length) => (length === 1 && first === 0x32 ? '3' : undefined),
  });
}

/** The package `ws` on the machine's Node. */
export function startWs(scope: Scope): Promise<LiveServer> {
  return startPeer(scope, ['node', join(import.meta.dir, 'servers/ws.mjs')], plainDialect);
}

/** `publish` of the runtime itself: the limit. */
export function startBarePublish(scope: Scope): Promise<LiveServer> {
  return startPeer(scope, [runtimeBinary, join(import.meta.dir, 'servers/bare-publish.ts')], plainDialect);
}

const plainDialect: Dialect = { path: '/', watch: (operation_id) => JSON.stringify({ type: 'start_operation', operation_id }) };

async function startPeer(scope: Scope, command: string[], dialect: Dialect): Promise<LiveServer> {
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const stop = async () => {
    child.kill('SIGKILL');
    await child.exited;
  };
  scope.onEnd(stop);
  const port = Number(await firstLine(child.stdout));
  let seq = 0;
  return {
    port,
    pid: child.pid,
    dialect,
    begin: async () => {},
    async publish(updates) {
      // What a hub would say of them: the same members, and so the same size.
      const events = updates.map((update) => ({ status: 'in_progress', ...update, timestamp: new Date().toISOString(), seq: ++seq }));
      const response = await fetch(`http://127.0.0.1:${port}/publish`, { method: 'POST', body: JSON.stringify(events) });
      if (!response.ok) throw new Error(`the peer answered ${response.status}`);
    },
    stop,
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes('\n')) return text.trim();
  }
  throw new Error('the peer ended before it said its port');
}

/** Handshakes under way at once: fewer than any server's queue of connections. */
const openingAtOnce = 64;
/** Watchers come from the loopback network to several addresses of it, so that ports do not run out. */
const addresses = 8;

/** Opens `count` watchers; watcher `n` watches `operationOf(n)` and has been answered. */
export async function openWatchers(server: LiveServer, count: number, operationOf: (n: number) => string): Promise<RawWatcher[]> {
  const watchers: RawWatcher[] = [];
  let next = 0;
  const openSome = async () => {
    while (next < count) {
      const n = next++;
      const watcher = await RawWatcher.open(`127.0.0.${1 + (n % addresses)}`, server.port, server.dialect);
      const answered = watcher.nextText();
      watcher.watch(operationOf(n));
      await answered;
      watchers[n] = watcher;
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, openingAtOnce) }, openSome));
  return watchers;
}

export function cutAll(watchers: readonly RawWatcher[]): void {
  for (const watcher of watchers) {
    watcher.onClose = undefined;
    watcher.cut();
  }
}

// A hub of fixed answers: the product's own pages and a naïve one, the same operations for both, and the same messages at the same pace.
import type { Scope } from '@relevo/e2e/scope';
import { createPages } from '@relevo/web/serve';

export interface ScriptedHub {
  url: string;
  /** Begins and ends the updates: every operation moves this often a second. */
  move(updatesPerSecond: number): void;
  /** Messages that were due so far. */
  readonly sent: number;
}

const pageSize = 200;
const bufferMaxBytes = 1024 ** 2;
/** Updates are spread evenly over time: what is due is sent this often, milliseconds. */
const paceMs = 5;

export async function startScriptedHub(scope: Scope, count: number): Promise<ScriptedHub> {
  const pages = createPages('hub');
  const naive = await bundleNaive();
  const began = Date.now();
  const operations = Array.from({ length: count }, (_, n) => ({
    operation_id: `live-${n}`,
    user_id: 1,
    kind: 'delivery',
    title: `catalogue-${n}.pdf`,
    state: 'in_progress',
    seq: 3,
    created_at: new Date(began - n * 1000).toISOString(),
    started_at: new Date(began - n * 1000).toISOString(),
    ended_at: null,
  }));
  const seqs = new Uint32Array(count).fill(3);
  const sockets = new Set<Bun.ServerWebSocket<undefined>>();
  let sent = 0;
  let next = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function send(text: string): void {
    for (const socket of sockets) {
      sent += 1;
      // One that does not keep up is shown nothing until it has drained, as by a hub.
      if (socket.getBufferedAmount() < bufferMaxBytes) socket.send(text);
    }
  }

  function stepEvent(n: number, more: object = {}): string {
    const seq = seqs[n] ?? 0;
    const progress = (seq % 900) / 9;
    return JSON.stringify({
      operation_id: `live-${n}`,
      step: 'deliver:agent',
      status: 'in_progress',
      message: 'Receiving',
      progress,
      timestamp: new Date().toISOString(),
      seq,
      bytes: seq * 1_000_000,
      total_bytes: 1_000_000_000,
      rate: 10_000_000 + (seq % 7) * 300_000,
      eta_ms: 90_000 - seq * 100,
      ...more,
    });
  }

  function snapshot(socket: Bun.ServerWebSocket<undefined>): void {
    // Oldest first, as the hub does.
    for (let n = count - 1; n >= 0; n--) {
      const { operation_id, kind, title, state } = operations[n] ?? {};
      socket.send(JSON.stringify({ type: 'operation', operation_id, state, seq: 2, timestamp: new Date().toISOString(), kind, title, snapshot: true }));
      socket.send(stepEvent(n, { snapshot: true, position: 0 }));
    }
  }

  const answers: Record<string, (url: URL) => unknown> = {
    '/api/me': () => ({ id: 1, email: 'bench@example.com', name: 'Bench', role: 'user', permissions: [] }),
    '/api/operations': (url) => {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const limit = Math.min(pageSize, Number(url.searchParams.get('limit') ?? pageSize));
      return { operations: operations.slice(from, from + limit), next_cursor: from + limit < count ? String(from + limit) : null };
    },
  };

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request, self) {
      const url = new URL(request.url);
      if (url.pathname === '/ws/progress') return self.upgrade(request) ? undefined : new Response(null, { status: 400 });
      if (url.pathname === '/naive') return new Response(naive.html, { headers: { 'content-type': 'text/html;charset=utf-8' } });
      if (url.pathname === '/naive.js') return new Response(naive.script, { headers: { 'content-type': 'text/javascript' } });
      const answer = answers[url.pathname];
      if (answer) return Response.json(answer(url));
      return (await pages.handle(request)) ?? Response.json({ code: 'not_found' }, { status: 404 });
    },
    websocket: {
      open: (socket) => void sockets.add(socket),
      close: (socket) => void sockets.delete(socket),
      message(socket, text) {
        const { type } = JSON.parse(String(text)) as { type: string };
        if (type === 'watch') snapshot(socket);
      },
    },
  });
  scope.onEnd(async () => {
    clearInterval(timer);
    await server.stop(true);
  });

  return {
    url: server.url.origin,
    get sent() {
      return sent;
    },
    move(updatesPerSecond) {
      clearInterval(timer);
      if (updatesPerSecond === 0) return;
      let last = performance.now();
      timer = setInterval(() => {
        const now = performance.now();
        // A pause of the machine is not made up for by a flood.
        const due = Math.round((Math.min(now - last, 250) / 1000) * updatesPerSecond * count);
        last = now;
        for (let made = 0; made < due; made++) {
          const n = next++ % count;
          seqs[n] = (seqs[n] ?? 0) + 1;
          send(stepEvent(n));
        }
      }, paceMs);
    },
  };
}

async function bundleNaive(): Promise<{ html: string; script: string }> {
  const built = await Bun.build({
    entrypoints: [`${import.meta.dir}/naive-list.tsx`],
    target: 'browser',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const html = '<!doctype html><html lang="en"><title>naive</title><body><div id="root"></div><script type="module" src="/naive.js"></script></body></html>';
  return { html, script: (await built.outputs[0]?.text()) ?? '' };
}

// Removals of customers from a router through one agent, against a bare loop over the same calls of the router; and how late operators see them.
import { join } from 'node:path';
import { createRouterOsRouter } from '@relevo/agent/routeros-router';
import { runAgent } from '@relevo/e2e/agent';
import { runtimeBinary } from '@relevo/e2e/command';
import { runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { cutAll } from './live-servers.ts';
import { cpuSeconds, type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';
import { percentile } from './percentile.ts';
import { type Dialect, RawWatcher } from './raw-watcher.ts';
import type { BenchCustomer } from './servers/routeros.ts';

/** Customers removed in one run: of a router that answers at once, and of one that takes as long as a small device does. */
const counts = { atOnce: Number(process.env.BENCH_REMOVALS ?? 200), small: Number(process.env.BENCH_REMOVALS ?? 200) / 5 };
const smallRouterMs = 10;
const operators = 200;
const rounds = 3;
const delayAimMs = 100;
const names = {
  ours: 'relevo, one agent',
  watched: `relevo, ${operators} operators watch`,
  bare: 'bare loop',
  oursSmall: `relevo, ${smallRouterMs} ms an answer`,
  bareSmall: `bare loop, ${smallRouterMs} ms an answer`,
};
/** Stands before the time at which an event was made. */
const mark = Buffer.from('"timestamp":"');
const timestampLength = new Date(0).toISOString().length;

interface Connection extends BenchCustomer {
  id_conexion: number;
}

const scope = new Scope();
try {
  const hub = await runHub(scope, {
    CONNECTIONS_PER_USER_MAX: String(operators * 2),
    USER_REQUESTS_PER_SECOND_MAX: '50000',
    ADDRESS_REQUESTS_PER_SECOND_MAX: '50000',
  });
  const agent = await runAgent(scope, hub);
  const router = await startRouter();
  const { id_usuario } = await hub.admin.ask('POST', '/api/clientes', { json: { nombre: 'Banco de pruebas' } });
  const { id_router } = await hub.admin.ask('POST', '/api/routers', {
    json: {
      ...{ nombre: 'Banco', tipo: 'routeros', host: '127.0.0.1', port: router.port, scheme: 'http', agent_id: agent.id },
      credentials: { username: 'bench', password: 'bench' },
    },
  });

  let made = 0;
  let customers: BenchCustomer[] = [];
  let connections: Connection[] = [];

  /** Customers who were never there before, on the router. */
  async function fill(count: number, delayMs: number): Promise<void> {
    customers = Array.from({ length: count }, () => {
      made += 1;
      return { direccion_ip: `10.${made >> 16}.${(made >> 8) & 255}.${made & 255}`, usuario_ppp: `cliente-${made}` };
    });
    const answer = await fetch(`${router.control}?delay_ms=${delayMs}`, { method: 'POST', body: JSON.stringify(customers) });
    if (!answer.ok) throw new Error(`the router was not filled: ${answer.status}`);
  }

  async function fillWithRecords(count: number, delayMs: number): Promise<void> {
    await fill(count, delayMs);
    connections = [];
    for (const customer of customers) {
      const { id_conexion } = await hub.admin.ask('POST', '/api/conexiones', { json: { ...customer, id_usuario, id_router } });
      connections.push({ ...customer, id_conexion });
    }
  }

  async function remove(watchers: readonly RawWatcher[]): Promise<Figures> {
    const delays: number[] = [];
    const operationId = `bulk-${made}`;
    for (const watcher of watchers) {
      watcher.onText = (payload) => {
        const at = payload.indexOf(mark);
        if (at >= 0) delays.push(Date.now() - Date.parse(payload.toString('latin1', at + mark.length, at + mark.length + timestampLength)));
      };
      watcher.watch(operationId);
    }
    const cpuBefore = (await cpuSeconds(hub.pid)) + (await cpuSeconds(agent.pid));
    const began = performance.now();
    const ids_conexion = connections.map(({ id_conexion }) => id_conexion);
    await hub.admin.ask('POST', '/api/conexiones/eliminar', { json: { ids_conexion }, headers: { 'x-operation-id': operationId } });
    const events = await (await hub.admin.send('GET', `/api/operations/${operationId}/events`)).text();
    const seconds = (performance.now() - began) / 1000;
    if (!events.includes('"state":"completed"')) throw new Error(`the removals did not complete: ${events.slice(-500)}`);
    const cpu = (await cpuSeconds(hub.pid)) + (await cpuSeconds(agent.pid)) - cpuBefore;
    const figures: Figures = { 'removals/s': connections.length / seconds, seconds, 'CPU s': cpu };
    if (watchers.length > 0) Object.assign(figures, { 'delay p50 ms': percentile(delays, 0.5), 'delay p99 ms': percentile(delays, 0.99) });
    return figures;
  }

  /** What a removal asks of the router, and nothing else. */
  async function bareLoop(): Promise<Figures> {
    const { signal } = new AbortController();
    const bare = createRouterOsRouter({
      ...{ host: '127.0.0.1', port: router.port, scheme: 'http', pin: null, authorities: undefined, username: 'bench', password: 'bench' },
      ...{ connectTimeoutMs: 5000, requestTimeoutMs: 15_000, requestsAtOnceMax: 4, answerMaxBytes: 16 * 1024 ** 2 },
    });
    const began = performance.now();
    for (const [index, customer] of customers.entries()) {
      const connection = { ...customer, id_conexion: index + 1, mac: null };
      for (const entry of await bare.find(connection, signal)) await bare.remove(entry, signal);
      if ((await bare.find(connection, signal)).length > 0) throw new Error('the router still holds the customer');
    }
    const seconds = (performance.now() - began) / 1000;
    bare.close();
    return { 'removals/s': customers.length / seconds, seconds };
  }

  const dialect: Dialect = {
    path: `/ws/progress?userId=${hub.admin.userId}`,
    headers: { cookie: hub.admin.cookie },
    watch: (operation_id) => JSON.stringify({ type: 'start_operation', operation_id }),
  };
  const watchers = await Promise.all(Array.from({ length: operators }, () => RawWatcher.open('127.0.0.1', hub.port, dialect)));
  scope.onEnd(() => cutAll(watchers));
  const results = await takeTurns(
    [
      { name: names.ours, prepare: () => fillWithRecords(counts.atOnce, 0), run: () => remove([]) },
      { name: names.watched, prepare: () => fillWithRecords(counts.atOnce, 0), run: () => remove(watchers) },
      { name: names.bare, prepare: () => fill(counts.atOnce, 0), run: bareLoop },
      { name: names.oursSmall, prepare: () => fillWithRecords(counts.small, smallRouterMs), run: () => remove([]) },
      { name: names.bareSmall, prepare: () => fill(counts.small, smallRouterMs), run: bareLoop },
    ],
    rounds,
  );
  await report('removals', `${counts.atOnce} customers removed from a played RouterOS router; medians of ${rounds} rounds`, results, [
    {
      name: `removals per second, relevo ÷ bare loop, ${smallRouterMs} ms an answer`,
      ratio: ratioOf(results, 'removals/s', names.oursSmall, names.bareSmall),
      better: 'higher',
      aim: 0.7,
    },
    {
      name: 'removals per second, relevo ÷ bare loop, answers at once',
      ratio: ratioOf(results, 'removals/s', names.ours, names.bare),
      better: 'higher',
      aim: 0.7,
    },
    {
      name: `p99 of the delay of events, ${operators} operators ÷ ${delayAimMs} ms`,
      ratio: medianOf(results, 'delay p99 ms', names.watched) / delayAimMs,
      better: 'lower',
      aim: 1,
    },
  ]);
} finally {
  await scope.end();
}

async function startRouter(): Promise<{ port: number; control: string }> {
  const process = Bun.spawn([runtimeBinary, join(import.meta.dir, 'servers/routeros.ts')], { stdout: 'pipe', stderr: 'inherit' });
  scope.onEnd(async () => {
    process.kill();
    await process.exited;
  });
  const { value } = await process.stdout.getReader().read();
  return JSON.parse(new TextDecoder().decode(value));
}

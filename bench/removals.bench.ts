// Removals of customers from routers through one agent, against a bare loop over the same calls of the router; and how late operators see them.
import { whyNoRouterNamespace } from '@relevo/agent/router-namespace';
import { runAgent } from '@relevo/e2e/agent';
import { runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { cutAll } from './live-servers.ts';
import { type Claim, type Contender, cpuSeconds, type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';
import { percentile } from './percentile.ts';
import { type Dialect, RawWatcher } from './raw-watcher.ts';
import { linuxSite, playedSite, type Site } from './removal-sites.ts';
import type { BenchCustomer } from './servers/routeros.ts';

const count = Number(process.env.BENCH_REMOVALS ?? 200);
/** What a small device takes for an answer. */
const smallRouterMs = 10;
const operators = 200;
const rounds = 5;
const ratioAim = 0.7;
const delayAimMs = 100;
const ours = (site: Site) => `relevo, ${site.name}`;
const bare = (site: Site) => `bare loop, ${site.name}`;
const watchedName = `relevo, ${operators} operators watch`;
/** Stands before the time at which an event was made. */
const mark = Buffer.from('"timestamp":"');
const timestampLength = new Date(0).toISOString().length;

const scope = new Scope();
try {
  const settings = { CONNECTIONS_PER_USER_MAX: String(operators * 2), USER_REQUESTS_PER_SECOND_MAX: '50000', ADDRESS_REQUESTS_PER_SECOND_MAX: '50000' };
  const hub = await runHub(scope, settings);
  const agent = await runAgent(scope, hub);
  const { id_usuario } = await hub.admin.ask('POST', '/api/clientes', { json: { nombre: 'Banco de pruebas' } });

  let made = 0;
  let customers: BenchCustomer[] = [];
  let ids: number[] = [];

  /** Customers who were never there before. */
  async function fill(site: Site): Promise<void> {
    customers = Array.from({ length: site.count }, () => {
      made += 1;
      return { direccion_ip: `10.${made >> 16}.${(made >> 8) & 255}.${made & 255}`, usuario_ppp: `cliente-${made}` };
    });
    await site.fill(customers);
  }

  async function fillWithRecords(site: Site, id_router: number): Promise<void> {
    await fill(site);
    ids = [];
    for (const customer of customers) {
      const { id_conexion } = await hub.admin.ask('POST', '/api/conexiones', { json: { ...customer, id_usuario, id_router } });
      ids.push(id_conexion);
    }
  }

  async function remove(watchers: readonly RawWatcher[] = []): Promise<Figures> {
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
    await hub.admin.ask('POST', '/api/conexiones/eliminar', { json: { ids_conexion: ids }, headers: { 'x-operation-id': operationId } });
    const events = await (await hub.admin.send('GET', `/api/operations/${operationId}/events`)).text();
    const seconds = (performance.now() - began) / 1000;
    if (!events.includes('"state":"completed"')) throw new Error(`the removals did not complete: ${events.slice(-500)}`);
    const cpu = (await cpuSeconds(hub.pid)) + (await cpuSeconds(agent.pid)) - cpuBefore;
    const figures: Figures = { 'removals/s': ids.length / seconds, seconds, 'CPU s': cpu };
    if (watchers.length > 0) Object.assign(figures, { 'delay p50 ms': percentile(delays, 0.5), 'delay p99 ms': percentile(delays, 0.99) });
    return figures;
  }

  /** What a removal asks of the router, and nothing else. */
  async function bareLoop(site: Site): Promise<Figures> {
    const { signal } = new AbortController();
    const router = site.open();
    const began = performance.now();
    for (const [index, customer] of customers.entries()) {
      const connection = { ...customer, id_conexion: index + 1, mac: null };
      for (const entry of await router.find(connection, signal)) await router.remove(entry, signal);
      if ((await router.find(connection, signal)).some(({ fleeting }) => !fleeting)) throw new Error('the router still holds the customer');
    }
    const seconds = (performance.now() - began) / 1000;
    router.close();
    return { 'removals/s': customers.length / seconds, seconds };
  }

  async function atSite(site: Site): Promise<{ contenders: Contender[]; id_router: number }> {
    const { id_router } = await hub.admin.ask('POST', '/api/routers', { json: { ...site.record, agent_id: agent.id } });
    const contenders = [
      { name: ours(site), prepare: () => fillWithRecords(site, id_router), run: () => remove() },
      { name: bare(site), prepare: () => fill(site), run: () => bareLoop(site) },
    ];
    return { contenders, id_router };
  }

  const atOnce = await playedSite(scope, 'RouterOS that answers at once', count, 0);
  const sites = [atOnce, await playedSite(scope, `RouterOS, ${smallRouterMs} ms an answer`, Math.ceil(count / 5), smallRouterMs)];
  const why = whyNoRouterNamespace();
  if (why === undefined) sites.push(await linuxSite(scope, 'real Linux router by SSH', Math.ceil(count / 20)));
  else process.stderr.write(`no Linux router: ${why}\n`);
  const dialect: Dialect = {
    path: `/ws/progress?userId=${hub.admin.userId}`,
    headers: { cookie: hub.admin.cookie },
    watch: (operation_id) => JSON.stringify({ type: 'start_operation', operation_id }),
  };
  const watchers = await Promise.all(Array.from({ length: operators }, () => RawWatcher.open('127.0.0.1', hub.port, dialect)));
  scope.onEnd(() => cutAll(watchers));

  const contenders: Contender[] = [];
  for (const site of sites) {
    const { contenders: both, id_router } = await atSite(site);
    contenders.push(...both);
    if (site === atOnce) contenders.push({ name: watchedName, prepare: () => fillWithRecords(site, id_router), run: () => remove(watchers) });
  }
  const results = await takeTurns(contenders, rounds);
  const ratios = sites.map(
    (site): Claim => ({
      name: `removals per second ÷ bare loop, ${site.name}`,
      ratio: ratioOf(results, 'removals/s', ours(site), bare(site)),
      better: 'higher',
      aim: ratioAim,
    }),
  );
  await report('removals', `Customers removed from routers through one agent; medians of ${rounds} rounds`, results, [
    ...ratios,
    {
      name: `p99 of the delay of events, ${operators} operators ÷ ${delayAimMs} ms`,
      ratio: medianOf(results, 'delay p99 ms', watchedName) / delayAimMs,
      better: 'lower',
      aim: 1,
    },
  ]);
} finally {
  await scope.end();
}

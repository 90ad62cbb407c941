// Work on thousands of connections is stopped while its agent is away: everybody else is served, and a hub killed in the middle of it ends what it began.
import { Database } from 'bun:sqlite';
import { afterEach, expect, test } from 'bun:test';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { untilStatus } from './harness/agent.ts';
import { untilEnded } from './harness/deliveries.ts';
import { runIspSite } from './harness/isp.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';
import { faultsOf, Watcher } from './harness/watcher.ts';

const connections = 3000;
const scope = new Scope();
afterEach(() => scope.end());

test('a hub killed while thousands of steps are stopped ends them when it is back, each once and in order', async () => {
  // A stop that has to be ended by its timeout would not end within this test.
  const { hub, agent } = await runIspSite(scope, [], { ISP_BULK_MAX: String(connections), STOP_TIMEOUT_MS: '600000' });
  const lines = Array.from({ length: connections }, (_, n) => `Cliente ${n},10.40.${n >> 8}.${n & 255},Sede Norte`);
  const body = ['cliente,direccion_ip,router', ...lines].join('\n');
  const { operation_id } = await hub.admin.ask('POST', '/api/conexiones/importar', { body, headers: { 'content-type': 'text/csv' } });
  expect((await untilEnded(hub.admin, operation_id, { timeoutMs: 120_000 })).state).toBe('completed');
  await agent.stop();
  await untilStatus(hub.admin, agent.id, 'offline');

  const ids = Array.from({ length: connections }, (_, n) => n + 1);
  const watcher = new Watcher(scope, hub.admin);
  watcher.follow('many');
  await hub.admin.ask('POST', '/api/conexiones/suspender', { json: { ids_conexion: ids }, headers: { 'x-operation-id': 'many' } });
  const database = new Database(join(hub.dataDir, 'hub.db'), { readonly: true });
  scope.onEnd(() => database.close());
  const settled = database.query<{ steps: number }, []>(`SELECT count(*) AS steps FROM isp_step WHERE operation_id = 'many' AND state = 'error'`);
  // Whoever is to kill it in the middle of it must have its turn before it is through, however busy the machine is.
  setPriority(hub.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const stopping = hub.admin.send('POST', '/api/operations/many/stop').catch(() => undefined);
  await until('some of the steps are settled', () => (settled.get()?.steps ?? 0) > 0, { timeoutMs: 120_000, everyMs: 1 });
  await hub.kill();
  await stopping;
  const before = settled.get()?.steps ?? 0;
  expect(before).toBeLessThan(connections);

  await hub.start();
  await until('every step is settled', () => settled.get()?.steps === connections, { timeoutMs: 120_000 });
  expect((await untilEnded(hub.admin, 'many', { timeoutMs: 60_000 })).state).toBe('stopped');
  await watcher.untilState('many', 'stopped');
  expect(faultsOf(watcher.seen('many'))).toEqual([]);
}, 420_000);

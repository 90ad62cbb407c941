// A customer is removed and put back through real processes: on a played RouterOS router while hub and agent are killed, and on a real Linux
// router, where whether the customer reaches a server tells.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { openRouterNamespace, type RouterNamespace, whyNoRouterNamespace } from '@relevo/agent/router-namespace';
import { type RunningAgent, runAgent } from './harness/agent.ts';
import { filesUnder } from './harness/bytes.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { heldByRouter, type IspCustomer, type IspSite, routerPassword, runIspSite } from './harness/isp.ts';
import { seededRandom } from './harness/random.ts';
import { Scope } from './harness/scope.ts';
import { pass, until } from './harness/until.ts';
import { faultsOf, Watcher } from './harness/watcher.ts';

const ana: IspCustomer = { cliente: 'Ana', direccion_ip: '10.7.0.5', usuario_ppp: 'ana', mac: '4C:5E:0C:AA:BB:05' };
const luis: IspCustomer = { cliente: 'Luis', direccion_ip: '10.7.0.6', usuario_ppp: 'luis', mac: '4C:5E:0C:AA:BB:06' };
const menus = ['ppp/secret', 'ip/firewall/address-list', 'queue/simple', 'ip/dhcp-server/lease'];
const killsMin = 12;
/** Kills within one operation; then it is let come to its end. */
const killsPerOperation = 4;

/** Sends a request until it is answered: the hub may be dead just then. The same request under the same id is done once. */
async function insist(hub: RunningHub, path: string, json: object, operationId: string) {
  return until(`${path} is answered`, async () => {
    const response = await hub.admin.send('POST', path, { json, headers: { 'x-operation-id': operationId, prefer: 'respond-async' } });
    const body = await response.json();
    if (response.status >= 300 && body.code !== 'draining') throw new Error(`${response.status}: ${JSON.stringify(body)}`);
    return body.success === true;
  });
}

async function operationOf(hub: RunningHub, id: string) {
  return hub.admin.ask('GET', `/api/operations/${id}`);
}

function untilEnded(hub: RunningHub, id: string) {
  return until(
    `${id} ended`,
    async () => {
      const operation = await operationOf(hub, id).catch(() => undefined);
      return ['completed', 'error', 'stopped'].includes(operation?.state) && operation;
    },
    { timeoutMs: 180_000 },
  );
}

/** What is in clear in any file of a process, its databases included. */
async function isAnywhereIn(folder: string, secret: string): Promise<string[]> {
  const names = await filesUnder(folder);
  const found = await Promise.all(names.map(async (name) => ((await Bun.file(`${folder}/${name}`).text()).includes(secret) ? [name] : [])));
  return found.flat();
}

describe('on a RouterOS router', () => {
  const scope = new Scope();
  let site: IspSite;
  beforeAll(async () => {
    site = await runIspSite(scope, [ana, luis]);
  }, 60_000);
  afterAll(() => scope.end());
  afterEach(() => {
    site.router.onRequest = (_request, usual) => usual();
  });

  test('the three requests of the back office take everything of the customer, nothing of another, and the undo puts all of it back', async () => {
    const { hub, agent, router, connections } = site;
    const id_conexion = connections.get(ana.direccion_ip) ?? 0;
    const before = menus.map((menu) => router.rows(menu));
    const { id_usuario } = await hub.admin.ask('GET', `/api/conexiones/${id_conexion}`);
    const preview = await hub.admin.ask('POST', `/api/conexiones/${id_conexion}/vista-previa`, { json: {} });
    expect(preview.router.estado).toBe('consultado');
    expect(preview.router.entradas.length).toBeGreaterThanOrEqual(menus.length);
    expect(JSON.stringify(preview)).not.toContain('of Ana');

    const operationId = `remove-config-${Date.now()}-abc123xyz`;
    const watcher = new Watcher(scope, hub.admin);
    watcher.follow(operationId);
    const headers = { 'x-operation-id': operationId, 'x-user-id': String(hub.admin.userId) };
    const ask = (path: string, json: object) => hub.admin.ask('POST', path, { json, headers });
    expect((await ask('/api/conexiones/quitar-asignacion', { id_conexion })).message).toBe('Asignación eliminada');
    expect((await ask('/api/routers/quitar-conexion', { direccion_ip: ana.direccion_ip })).message).toBe('Conexión eliminada del router');
    expect((await ask('/api/configuracion/eliminar', { id_conexion, id_usuario })).message).toBe('Configuración eliminada del sistema');
    await watcher.untilState(operationId, 'completed');
    expect(faultsOf(watcher.seen(operationId))).toEqual([]);
    expect([heldByRouter(router, ana), heldByRouter(router, luis)]).toEqual([[], menus]);

    expect((await hub.admin.ask('POST', `/api/conexiones/${id_conexion}/restaurar`, { json: {} })).success).toBe(true);
    expect(menus.map((menu) => sorted(router.rows(menu)))).toEqual(before.map(sorted));
    expect((await hub.admin.ask('GET', `/api/conexiones/${id_conexion}`)).estado).toBe('activa');
    expect(await isAnywhereIn(agent.dataDir, routerPassword)).toEqual([]);
    expect(await isAnywhereIn(hub.dataDir, routerPassword)).toEqual([]);
    expect([...hub.logs, ...agent.logs].filter((line) => JSON.stringify(line).includes(routerPassword))).toEqual([]);
  }, 60_000);

  test('a suspended customer keeps their entries, disabled, until the suspension is undone', async () => {
    const { hub, router, connections } = site;
    const id = connections.get(ana.direccion_ip) ?? 0;
    const before = menus.map((menu) => sorted(router.rows(menu)));
    await hub.admin.ask('POST', `/api/conexiones/${id}/suspender`, { json: {} });
    expect(router.rows('ppp/secret').find(({ name }) => name === ana.usuario_ppp)?.disabled).toBe('true');
    expect((await hub.admin.ask('GET', `/api/conexiones/${id}`)).estado).toBe('suspendida');
    await hub.admin.ask('POST', `/api/conexiones/${id}/reactivar`, { json: {} });
    expect(menus.map((menu) => sorted(router.rows(menu)))).toEqual(before);
  }, 60_000);

  test('records and router agree, until somebody changes the router by hand', async () => {
    const { hub, router, routerId } = site;
    const compare = async () => (await hub.admin.ask('POST', `/api/routers/${routerId}/comparar`, { json: {} })).diferencias;
    expect(await compare()).toMatchObject({ faltan: [], sobran: [] });
    router.add('ppp/secret', { name: 'stranger', password: 'x', service: 'pppoe', 'remote-address': '10.7.0.99' });
    expect((await compare()).sobran.map(({ label }: { label: string }) => label).join()).toContain('stranger');
  }, 60_000);

  test(`removals and undos go through at least ${killsMin} kills of hub, agent or both: nothing lost, nothing twice, nothing of anybody else`, async () => {
    const { hub, agent, router, connections } = site;
    const id = connections.get(ana.direccion_ip) ?? 0;
    const { random, seed } = seededRandom(process.env.KILLS_SEED);
    const before = menus.map((menu) => sorted(router.rows(menu)));
    const targets: ('hub' | 'agent' | 'both')[] = ['hub', 'agent', 'both'];
    const watcher = new Watcher(scope, hub.admin);
    let kills = 0;
    let last: unknown;
    router.onRequest = async (_request, usual) => {
      await pass(20);
      return usual();
    };
    /** Asks, and kills at random moments until it is done. */
    const through = async (path: string, operationId: string) => {
      watcher.follow(operationId);
      const asked = insist(hub, path, {}, operationId);
      let isEnded = false;
      const ended = asked
        .then(() => untilEnded(hub, operationId))
        .finally(() => {
          isEnded = true;
        });
      for (let count = 0; count < killsPerOperation; count += 1) {
        await Promise.race([pass(random() * 2500), ended]);
        if (isEnded) break;
        const target = targets[Math.floor(random() * targets.length)];
        const killed = [hub, agent].filter((_, index) => target === 'both' || target === (index === 0 ? 'hub' : 'agent'));
        await Promise.all(killed.map((service) => service.kill()));
        await Promise.all(killed.map((service) => service.start()));
        kills += 1;
      }
      const { state, steps } = await ended.finally(async () => {
        last = await operationOf(hub, operationId).catch(String);
      });
      expect([state, steps.map(({ status }: { status: string }) => status)]).toEqual(['completed', ['completed', 'completed', 'completed']]);
      await watcher.untilState(operationId, 'completed');
      expect(faultsOf(watcher.seen(operationId))).toEqual([]);
    };
    try {
      for (let round = 1; kills < killsMin; round += 1) {
        await through(`/api/conexiones/${id}/eliminar`, `killed-removal-${round}`);
        expect([heldByRouter(router, ana), heldByRouter(router, luis)]).toEqual([[], menus]);
        expect((await hub.admin.ask('GET', `/api/conexiones/${id}`)).estado).toBe('eliminada');
        await through(`/api/conexiones/${id}/restaurar`, `killed-undo-${round}`);
        expect(menus.map((menu) => sorted(router.rows(menu)))).toEqual(before);
        const { estado, servicio, historial } = await hub.admin.ask('GET', `/api/conexiones/${id}`);
        expect([estado, servicio]).toEqual(['activa', 'Fibra 100']);
        const those = historial.filter(({ operation_id }: { operation_id: string }) => operation_id === `killed-removal-${round}`);
        expect(those.map(({ que }: { que: string }) => que)).toEqual(['eliminada', 'quitada_del_router', 'asignacion_quitada']);
      }
    } catch (error) {
      throw new Error(`after ${kills} kills with KILLS_SEED=${seed}: ${JSON.stringify(last)}`, { cause: error });
    }
  }, 900_000);
});

const whyNot = whyNoRouterNamespace();
if (whyNot !== undefined) process.stderr.write(`The tests with a real Linux router are left out: ${whyNot}\n`);

describe.skipIf(whyNot !== undefined)('on a real Linux router', () => {
  const scope = new Scope();
  let hub: RunningHub;
  let agent: RunningAgent;
  let router: RouterNamespace;
  let id = 0;

  beforeAll(async () => {
    router = await openRouterNamespace();
    scope.onEnd(() => router.close());
    await router.startSsh();
    hub = await runHub(scope);
    agent = await runAgent(scope, hub, { name: 'caseta-sur' });
    const ask = (path: string, json: object) => hub.admin.ask('POST', path, { json });
    const { host, port, nftSet, username, privateKey } = router;
    const { id_servicio } = await ask('/api/servicios', { nombre: 'Fibra 20', precio: 9.5 });
    const credentials = { username, private_key: privateKey };
    const { id_router } = await ask('/api/routers', { nombre: 'Caseta sur', tipo: 'linux', host, port, nft_set: nftSet, agent_id: agent.id, credentials });
    for (const [index, { ip, mac }] of [router.customer, router.neighbour].entries()) {
      const { id_usuario } = await ask('/api/clientes', { nombre: `Cliente ${index}` });
      const { id_conexion } = await ask('/api/conexiones', { id_usuario, direccion_ip: ip, ...(index === 0 && { mac }), id_router, id_servicio });
      router.allow({ ip, mac }, `relevo:${id_conexion}`);
      if (index === 0) id = id_conexion;
    }
    // The key of the router is unknown until a person approved the one it shows.
    const refused = await hub.admin.send('POST', `/api/routers/${id_router}/probar`, { json: {} });
    const { pin } = await refused.json();
    expect(pin).toBe(router.pin);
    await hub.admin.ask('PATCH', `/api/routers/${id_router}`, { json: { pin } });
    expect((await ask(`/api/routers/${id_router}/probar`, {})).success).toBe(true);
  }, 90_000);
  afterAll(() => scope.end());

  test('the customer reaches the server before, not after a removal, and again after the undo; the neighbour always does', async () => {
    const reach = async () => [await router.passes(router.customer.ip), await router.passes(router.neighbour.ip)];
    expect(await reach()).toEqual([true, true]);
    expect((await hub.admin.ask('POST', `/api/conexiones/${id}/eliminar`, { json: {} })).success).toBe(true);
    expect(await reach()).toEqual([false, true]);
    expect((await hub.admin.ask('POST', `/api/conexiones/${id}/restaurar`, { json: {} })).success).toBe(true);
    expect(await reach()).toEqual([true, true]);
    expect((await hub.admin.ask('POST', `/api/conexiones/${id}/suspender`, { json: {} })).success).toBe(true);
    expect(await reach()).toEqual([false, true]);
    expect((await hub.admin.ask('POST', `/api/conexiones/${id}/reactivar`, { json: {} })).success).toBe(true);
    expect(await reach()).toEqual([true, true]);
  }, 90_000);

  test('a removal asked for while the agent is dead is done when it is back, and a hub killed meanwhile forgets nothing', async () => {
    await agent.kill();
    const waited = await hub.admin.send('POST', `/api/conexiones/${id}/eliminar`, { json: {}, headers: { 'x-operation-id': 'late', prefer: 'wait=1' } });
    expect([waited.status, (await waited.json()).code]).toEqual([504, 'wait_over']);
    expect(await router.passes()).toBe(true);
    await hub.kill();
    await hub.start();
    await agent.start();
    expect((await untilEnded(hub, 'late')).state).toBe('completed');
    expect(await router.passes()).toBe(false);
    await hub.admin.ask('POST', `/api/conexiones/${id}/restaurar`, { json: {} });
    expect(await router.passes()).toBe(true);
  }, 90_000);
});

function sorted(rows: readonly Record<string, string>[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}

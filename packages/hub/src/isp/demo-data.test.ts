// The demonstration data: believable, loaded once, into a hub that runs or not.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { canonicalIp, canonicalMac, newCustomerSchema, newRouterSchema, newServiceSchema } from '@relevo/protocol';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { demoConnections, demoCustomers, demoRouters, demoServices } from './demo-data.ts';
import { loadDemoData } from './load-demo-data.ts';

setDefaultTimeout(60_000);

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.stop());

const get = async (path: string) => (await hub.admin.send('GET', path)).body;

test('would be taken as it is, had somebody typed it', () => {
  for (const service of demoServices) expect(newServiceSchema.parse(service)).toEqual(service);
  for (const router of demoRouters) expect(newRouterSchema.parse(router)).toEqual(router);
  for (const customer of demoCustomers) expect(newCustomerSchema.parse(customer)).toEqual(customer);
  for (const { direccion_ip, mac } of demoConnections) expect([canonicalIp(direccion_ip), canonicalMac(mac)]).toEqual([direccion_ip, mac]);
  expect([demoServices.length, demoRouters.length, demoCustomers.length, demoConnections.length]).toEqual([5, 3, 60, 80]);
});

test('holds no two customers, addresses, MACs or PPP users that are the same', () => {
  const unlike = (values: unknown[]) => expect(new Set(values).size).toBe(values.length);
  unlike(demoCustomers.map(({ nombre }) => nombre));
  unlike(demoCustomers.map(({ documento }) => documento));
  unlike(demoCustomers.map(({ email }) => email));
  unlike(demoConnections.map(({ direccion_ip }) => direccion_ip));
  unlike(demoConnections.map(({ mac }) => mac));
  unlike(demoConnections.filter(({ usuario_ppp }) => usuario_ppp !== null).map(({ router, usuario_ppp }) => `${router} ${usuario_ppp}`));
});

test('is loaded beside a running hub, which shows it at once; a second time adds nothing', async () => {
  const agent = await new ScriptedAgent(hub, 'site').join();
  const env = { HUB_DATA_DIR: hub.dataDir };
  expect(await loadDemoData(env)).toEqual({ customers: 60, services: 5, routers: 3, connections: 80 });
  const { routers } = await get('/api/routers');
  expect(routers.map(({ nombre, conexiones }: { nombre: string; conexiones: number }) => [nombre, conexiones])).toEqual([
    ['Sede Norte', 40],
    ['Sede Sur', 25],
    ['Torre del Cerro', 15],
  ]);
  expect(routers[0]).toMatchObject({ agent_id: agent.id, tipo: 'routeros', scheme: 'http', host: '127.0.0.1', port: 8728, has_credentials: true });
  expect((await get('/api/conexiones?limit=500')).conexiones).toHaveLength(80);
  expect((await get('/api/conexiones?query=Lucía&limit=1')).conexiones).toHaveLength(1);

  const [first] = (await get('/api/conexiones?sort=id_conexion&limit=1')).conexiones;
  await hub.admin.send('PATCH', `/api/conexiones/${first.id_conexion}`, { json: { mac: null } });
  expect(await loadDemoData(env)).toEqual({ customers: 0, services: 0, routers: 0, connections: 0 });
  expect((await get(`/api/conexiones/${first.id_conexion}`)).mac).toBeNull();
});

test('waits for nothing and loses nothing while the hub writes', async () => {
  const other = await startTestHub();
  try {
    const customers = Array.from({ length: 40 }, (_, index) => other.admin.send('POST', '/api/clientes', { json: { nombre: `Otro ${index}` } }));
    // A process of its own, as the command is: in this one, whoever waits for the database would keep the other from ending.
    const script = `await (await import(${JSON.stringify(join(import.meta.dir, 'load-demo-data.ts'))})).loadDemoData(process.env)`;
    const loading = Bun.spawn([process.execPath, '-e', script], { env: { HUB_DATA_DIR: other.dataDir }, stdio: ['ignore', 'inherit', 'inherit'] });
    const answers = await Promise.all(customers);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await loading.exited).toBe(0);
    expect((await other.admin.send('GET', '/api/conexiones?limit=500')).body.conexiones).toHaveLength(80);
    expect((await other.admin.send('GET', '/api/clientes?limit=500')).body.clientes).toHaveLength(100);
    // With no agent, or several, nobody can tell which one.
    expect((await other.admin.send('GET', '/api/routers')).body.routers[0].agent_id).toBeNull();
  } finally {
    await other.stop();
  }
});

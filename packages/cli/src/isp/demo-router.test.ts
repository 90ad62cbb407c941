// The played router of the demo data: what the records say of its customers is what stands on it.
import { afterEach, expect, test } from 'bun:test';
import type { RouterOsSimulator } from '@relevo/agent/routeros-simulator';
import { demoConnections, demoRouters } from '@relevo/hub/isp-demo-records';
import { startDemoRouter } from './demo-router.ts';

let router: RouterOsSimulator | undefined;
const [record] = demoRouters;
const customers = demoConnections.filter((connection) => connection.router === record?.nombre);

afterEach(() => router?.stop());

function ask(path: string, password = record?.credentials?.password): Promise<Response> {
  const authorization = `Basic ${btoa(`${record?.credentials?.username}:${password}`)}`;
  return fetch(`http://127.0.0.1:${router?.port}/rest/${path}`, { headers: { authorization } });
}

test('it holds a PPP secret and a queue of each customer, and those who are not suspended are online', async () => {
  router = startDemoRouter('127.0.0.1', 0);
  const names = customers.map(({ usuario_ppp }) => usuario_ppp).sort();
  expect((await (await ask('ppp/secret')).json()).map(({ name }: { name: string }) => name).sort()).toEqual(names);
  expect((await (await ask('queue/simple?dynamic=false')).json()).length).toBe(customers.length);
  const online = (await (await ask('ppp/active')).json()).map(({ name }: { name: string }) => name).sort();
  expect(online).toEqual(
    customers
      .filter(({ estado }) => estado === 'activa')
      .map(({ usuario_ppp }) => usuario_ppp)
      .sort(),
  );
  expect(online.length).toBeLessThan(names.length);
});

test('it lets in nobody but the user of the records', async () => {
  router = startDemoRouter('127.0.0.1', 0);
  expect((await ask('system/identity', 'wrong')).status).toBe(401);
  expect(await (await ask('system/identity')).json()).toEqual({ name: record?.nombre });
});

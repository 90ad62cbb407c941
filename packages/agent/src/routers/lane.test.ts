// Which tasks on routers wait for each other.
import { expect, test } from 'bun:test';
import { laneOf, lookingLaneOf } from './lane.ts';

const router = (id_router: number) =>
  ({ id_router, nombre: '', tipo: 'linux', host: '', port: 22, scheme: 'ssh', pin: null, nft_set: null, sealed_credentials: '' }) as const;
const task = (id_router: number, id_conexion: number) => ({
  router: router(id_router),
  connection: { id_conexion, direccion_ip: '', usuario_ppp: null, mac: null },
});

test('two tasks on one connection never run beside each other', () => {
  for (const ROUTER_TASKS_AT_ONCE of [1, 4]) expect(laneOf(task(1, 5), { ROUTER_TASKS_AT_ONCE })).toBe(laneOf(task(1, 5), { ROUTER_TASKS_AT_ONCE }));
});

test.each([1, 2, 4])('a router has no more than %i lanes', (ROUTER_TASKS_AT_ONCE) => {
  const lanes = new Set(Array.from({ length: 100 }, (_, index) => laneOf(task(1, index + 1), { ROUTER_TASKS_AT_ONCE })));
  expect(lanes.size).toBe(ROUTER_TASKS_AT_ONCE);
});

test('routers do not wait for each other, and looking does not wait for changing', () => {
  const lanes = [laneOf(task(1, 5), { ROUTER_TASKS_AT_ONCE: 1 }), laneOf(task(2, 5), { ROUTER_TASKS_AT_ONCE: 1 }), lookingLaneOf(task(1, 5))];
  expect(new Set(lanes).size).toBe(3);
});

// Which tasks on routers wait for each other.
import { expect, test } from 'bun:test';
import { changing, lookingLaneOf } from './lane.ts';

const router = (id_router: number) =>
  ({ id_router, nombre: '', tipo: 'linux', host: '', port: 22, scheme: 'ssh', pin: null, nft_set: null, sealed_credentials: '' }) as const;
const task = (id_router: number, id_conexion: number) => ({
  router: router(id_router),
  connection: { id_conexion, direccion_ip: '', usuario_ppp: null, mac: null },
});
const { lane, shares } = changing({ ROUTER_TASKS_AT_ONCE: 3 });

test('two tasks on one connection never run beside each other', () => {
  expect(lane(task(1, 5))).toBe(lane(task(1, 5)));
  expect(lane(task(1, 5))).not.toBe(lane(task(1, 6)));
});

test('the tasks on one router share its places, whichever connection they are about', () => {
  expect([shares(task(1, 5)), shares(task(1, 6))]).toEqual([
    { name: 'router:1', max: 3 },
    { name: 'router:1', max: 3 },
  ]);
});

test('routers do not wait for each other, and looking does not wait for changing', () => {
  expect(shares(task(1, 5)).name).not.toBe(shares(task(2, 5)).name);
  expect(new Set([lane(task(1, 5)), lane(task(2, 5)), lookingLaneOf(task(1, 5))]).size).toBe(3);
});

// Removing, suspending and reactivating a selection: a step for each connection, a few at once per router, stopped between two of them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, routerOf, secretOf, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ ISP_BULK_PER_ROUTER_MAX: '2', ISP_BULK_MAX: '8', STOP_TIMEOUT_MS: '60000' });
});
afterAll(() => isp.stop());

const path = '/api/conexiones/eliminar';
const ended = (id: string) =>
  eventually(async () => {
    const operation = await isp.operation(id);
    return ['completed', 'error', 'stopped'].includes(operation.state) && operation;
  });
const connect = async (count: number, members: object = {}) => {
  const made = [];
  for (let number = 0; number < count; number += 1) made.push((await isp.connect(members)).id_conexion);
  return made;
};
const removals = () => isp.agent.tasks().filter(({ task }) => task.kind === 'router.remove').length;
const statesOf = async (ids: readonly number[]) => Promise.all(ids.map(async (id) => (await isp.connection(id)).estado));

test('how many may be chosen at most stands in the list they are chosen from', async () => {
  expect((await isp.operator.send('GET', '/api/conexiones?offset=0&limit=1')).body.seleccion_max).toBe(8);
  expect((await isp.operator.send('GET', '/api/conexiones?limit=1')).body).not.toHaveProperty('seleccion_max');
});

describe('a bulk removal', () => {
  test('is one operation with a step for each, answered at once', async () => {
    const ids = await connect(3, { id_router: null });
    const { status, body } = await isp.ask(path, { ids_conexion: [...ids, ids[0]] }, under('bulk'));
    expect([status, body.success, body.operation_id]).toEqual([202, true, 'bulk']);
    const operation = await ended('bulk');
    expect([operation.state, operation.title]).toEqual(['completed', '3 conexiones']);
    const [one] = await connect(1, { id_router: null });
    await isp.ask(path, { ids_conexion: [one] }, under('bulk-of-one'));
    expect((await ended('bulk-of-one')).title).toBe('1 conexión');
    expect(operation.steps.map(({ step }: { step: string }) => step)).toEqual(ids.map((id) => `conexion:${id}`));
    expect(await statesOf(ids)).toEqual(['eliminada', 'eliminada', 'eliminada']);
    const { entries } = (await isp.hub.admin.send('GET', '/api/audit?operation_id=bulk&action=conexion.eliminar')).body;
    expect(entries.map(({ subject_id }: { subject_id: string }) => Number(subject_id)).sort((a: number, b: number) => a - b)).toEqual(ids);
  });

  test('says on the page of the agent whose connection each task is about, while it waits and after its end', async () => {
    const made = [await isp.connect(), await isp.connect()];
    const ids = made.map(({ id_conexion }) => id_conexion);
    const expected = (await Promise.all(ids.map((id) => isp.connection(id)))).map(({ cliente, direccion_ip }) => `${cliente} (${direccion_ip})`);
    await isp.ask(path, { ids_conexion: ids }, under('at-the-agent'));
    const seen = async (part: string) => {
      const { tasks } = (await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}/${part}`)).body;
      return tasks.filter(({ operation_id }: { operation_id: string }) => operation_id === 'at-the-agent');
    };
    const told = (tasks: { title: string; subject: string }[]) => tasks.map(({ title, subject }) => [title, subject]).sort();
    await eventually(async () => (await seen('tasks')).length === ids.length);
    expect(told(await seen('tasks'))).toEqual(expected.map((subject) => ['2 conexiones', subject]).sort());
    // The agent, too, tells them apart.
    for (const [index, id] of ids.entries()) {
      const { connection } = (await isp.agent.remove(id)).task as { connection?: { cliente: string; direccion_ip: string } };
      expect(`${connection?.cliente} (${connection?.direccion_ip})`).toBe(expected[index] ?? '');
    }
    await ended('at-the-agent');
    expect(told(await seen('history'))).toEqual(expected.map((subject) => ['2 conexiones', subject]).sort());
  });

  test('says whose connection each step is about, while it waits and after its end, as the records have it', async () => {
    const made = [await isp.connect(), await isp.connect()];
    const ids = made.map(({ id_conexion }) => id_conexion);
    const named = async () => Promise.all(ids.map((id) => isp.connection(id)));
    const titles = async () => (await isp.operation('titled')).steps.map(({ step, title }: { step: string; title: string }) => [step, title]);
    const expected = async () => (await named()).map((of) => [`conexion:${of.id_conexion}`, `${of.cliente} · ${of.direccion_ip}`]);
    await isp.ask(path, { ids_conexion: ids }, under('titled'));
    expect(await titles()).toEqual(await expected());
    for (const id of ids) await isp.agent.remove(id);
    await ended('titled');
    await isp.operator.send('PATCH', `/api/clientes/${made[0]?.id_usuario}`, { json: { nombre: 'Ana García' } });
    expect(await titles()).toEqual([[`conexion:${ids[0]}`, `Ana García · ${made[0]?.direccion_ip}`], ...(await expected()).slice(1)]);
    // The steps of one connection's removal are told by their names.
    const { id_conexion } = await isp.connect({ id_router: null });
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('untitled'));
    expect((await ended('untitled')).steps.map(({ title }: { title?: string }) => title)).toEqual([undefined, undefined, undefined]);
  });

  test('asks each router for a few at once, and one router does not hold up another', async () => {
    const { id_router } = (await isp.operator.send('POST', '/api/routers', { json: routerOf(isp.agent.id, { nombre: 'otro' }) })).body;
    const here = await connect(4);
    const there = await connect(1, { id_router });
    const before = removals();
    await isp.ask(path, { ids_conexion: [...here, ...there] }, under('bounded'));
    await isp.agent.next('router.remove', there[0]);
    const [first = 0, second = 0, third = 0, fourth = 0] = here;
    const firstTask = await isp.agent.next('router.remove', first);
    await isp.agent.next('router.remove', second);
    expect(removals() - before).toBe(3);
    await isp.agent.end(firstTask, 'router.removed', { entries: [] });
    await isp.agent.next('router.remove', third);
    expect([removals() - before, isp.agent.hasNone('router.remove', fourth)]).toEqual([4, true]);
    await isp.operator.send('POST', '/api/operations/bounded/stop');
    for (const { task_id, task } of isp.agent.tasks()) {
      if (task.kind === 'router.remove') await isp.agent.fail({ type: 'task', seq: 0, task_id, task }, 'step.stopped');
    }
    expect((await ended('bounded')).state).toBe('stopped');
  });

  test('that is stopped ends between two connections: what is done stays done, what runs is finished, the rest is not begun', async () => {
    const ids = await connect(5);
    await isp.ask(path, { ids_conexion: ids }, under('halted'));
    const [first = 0, second = 0, third = 0] = ids;
    await isp.agent.remove(first);
    const running = [await isp.agent.next('router.remove', second), await isp.agent.next('router.remove', third)];
    expect((await isp.operator.send('POST', '/api/operations/halted/stop')).status).toBe(202);
    // Only the agent knows which of them it has begun.
    for (const { task_id } of running) {
      const stop = { kind: 'task.stop', task_id, unbegun_only: true };
      await eventually(async () => isp.agent.tasks().some(({ task }) => Bun.deepEquals(task, stop)));
    }
    for (const task of running) await isp.agent.end(task, 'router.removed', { entries: [] });
    const operation = await ended('halted');
    expect(operation.state).toBe('stopped');
    expect(operation.steps.map(({ status }: { status: string }) => status)).toEqual(['completed', 'completed', 'completed', 'error', 'error']);
    expect(await statesOf(ids)).toEqual(['eliminada', 'eliminada', 'eliminada', 'activa', 'activa']);
    expect((await isp.connection(ids[4] ?? 0)).id_servicio).toBe(isp.service);
  });

  test('that is stopped while its agent is away lets the agent end what it had begun', async () => {
    const [id = 0] = await connect(1);
    await isp.ask(path, { ids_conexion: [id] }, under('halted-away'));
    const begun = await isp.agent.next('router.remove', id);
    await isp.agent.leave();
    await isp.operator.send('POST', '/api/operations/halted-away/stop');
    expect((await ended('halted-away')).state).toBe('stopped');
    await isp.agent.comeBack();
    const stop = { kind: 'task.stop', task_id: begun.task_id, unbegun_only: true };
    await eventually(async () => isp.agent.tasks().some(({ task }) => Bun.deepEquals(task, stop)));
    await isp.agent.end(begun, 'router.removed', { entries: [] });
    await eventually(async () => (await isp.connection(id)).estado === 'eliminada');
  });

  test('goes on with the others when one fails, and says which', async () => {
    const ids = await connect(2);
    await isp.ask(path, { ids_conexion: ids }, under('one-fails'));
    const [first = 0, second = 0] = ids;
    await isp.agent.fail(await isp.agent.next('router.remove', first), 'router.ambiguous', { label: 'x' });
    await isp.agent.remove(second);
    const operation = await ended('one-fails');
    expect([operation.state, operation.steps.map(({ status }: { status: string }) => status)]).toEqual(['error', ['error', 'completed']]);
    expect(await statesOf(ids)).toEqual(['activa', 'eliminada']);
  });

  test('passes over what was removed meanwhile, and what another operation works on', async () => {
    const [removed = 0, busy = 0, free = 0] = await connect(3, { id_router: null });
    await isp.ask(`/api/conexiones/${removed}/eliminar`);
    const routed = await connect(1);
    await isp.ask(`/api/conexiones/${routed[0]}/eliminar`, {}, { prefer: 'respond-async' });
    await isp.ask(path, { ids_conexion: [removed, routed[0], free] }, under('passed'));
    const operation = await ended('passed');
    expect(operation.steps.map(({ code }: { code: string }) => code)).toEqual(['isp.removed_already', 'isp.connection_busy', 'isp.connection_removed']);
    expect(await statesOf([busy, free])).toEqual(['activa', 'eliminada']);
    await isp.agent.remove(routed[0] ?? 0);
  });

  test('goes on after a restart of the hub, with what ran and with what waited', async () => {
    const ids = await connect(4);
    await isp.ask(path, { ids_conexion: ids }, under('restarted'));
    const [first = 0, second = 0, third = 0, fourth = 0] = ids;
    const tasks = [await isp.agent.next('router.remove', first), await isp.agent.next('router.remove', second)];
    await isp.hub.restart();
    await isp.agent.comeBack();
    for (const task of tasks) await isp.agent.end(task, 'router.removed', { entries: [] });
    await isp.agent.remove(third);
    await isp.agent.remove(fourth);
    expect((await ended('restarted')).state).toBe('completed');
    expect(await statesOf(ids)).toEqual(Array(4).fill('eliminada'));
  });

  test('asked for again under its id is done once, and another selection under it is refused', async () => {
    const ids = await connect(2, { id_router: null });
    await isp.ask(path, { ids_conexion: ids }, under('same'));
    await ended('same');
    expect((await isp.ask(path, { ids_conexion: ids }, under('same'))).status).toBe(202);
    expect((await isp.ask(path, { ids_conexion: [...ids].reverse() }, under('same'))).body.code).toBe('operation_id_in_use');
  });

  test('a connection of it can be put back', async () => {
    const [id = 0] = await connect(1);
    await isp.ask(path, { ids_conexion: [id] }, under('undoable'));
    await isp.agent.remove(id);
    await ended('undoable');
    const asked = isp.ask(`/api/conexiones/${id}/restaurar`);
    await isp.agent.end(await isp.agent.next('router.restore', id), 'router.restored');
    expect((await asked).status).toBe(200);
    expect(await isp.connection(id)).toMatchObject({ estado: 'activa', id_servicio: isp.service });
  });
});

const suspending = '/api/conexiones/suspender';
const reactivating = '/api/conexiones/reactivar';
/** Takes the task of a connection, says what it found, and ends it. */
async function carry(kind: 'router.suspend' | 'router.reactivate', id: number): Promise<void> {
  const task = await isp.agent.next(kind, id);
  await isp.agent.end(task, kind === 'router.suspend' ? 'router.suspended' : 'router.reactivated', { entries: secretOf(`cliente ${id}`) });
}

describe('a bulk suspension', () => {
  test('and its reactivation are one operation each, answered at once, and audited as for one', async () => {
    const ids = await connect(3);
    const [first = 0, second = 0, third = 0] = ids;
    const { status, body } = await isp.ask(suspending, { ids_conexion: ids }, under('many-suspended'));
    expect([status, body.success, body.operation_id]).toEqual([202, true, 'many-suspended']);
    for (const id of ids) await carry('router.suspend', id);
    const operation = await ended('many-suspended');
    expect([operation.state, operation.kind, operation.title]).toEqual(['completed', 'isp-bulk-suspension', '3 conexiones']);
    expect(operation.steps.map(({ step, code }: { step: string; code: string }) => [step, code])).toEqual(
      ids.map((id) => [`conexion:${id}`, 'router.suspended']),
    );
    expect(await statesOf(ids)).toEqual(['suspendida', 'suspendida', 'suspendida']);

    await isp.ask(reactivating, { ids_conexion: [first, second] }, under('many-reactivated'));
    const task = await isp.agent.next('router.reactivate', first);
    expect(task.task.entries).toEqual(secretOf(`cliente ${first}`));
    await isp.agent.end(task, 'router.reactivated');
    await carry('router.reactivate', second);
    expect([(await ended('many-reactivated')).state, await statesOf([first, second, third])]).toEqual(['completed', ['activa', 'activa', 'suspendida']]);
    const { entries } = (await isp.hub.admin.send('GET', `/api/audit?subject_kind=conexion&subject_id=${first}`)).body;
    expect(entries.map((entry: { action: string; operation_id: string | null }) => [entry.action, entry.operation_id])).toEqual([
      ['conexion.reactivar', 'many-reactivated'],
      ['conexion.suspender', 'many-suspended'],
      ['conexion.crear', null],
    ]);
  });

  test('passes over what is suspended already and what was removed, and asks their router for nothing', async () => {
    const [removed = 0, suspended = 0, free = 0] = await connect(3, { id_router: null });
    await isp.ask(`/api/conexiones/${removed}/eliminar`);
    await isp.ask(`/api/conexiones/${suspended}/suspender`);
    await isp.ask(suspending, { ids_conexion: [removed, suspended, free] }, under('some-suspended'));
    const operation = await ended('some-suspended');
    expect(operation.steps.map(({ code }: { code: string }) => code)).toEqual(['isp.removed_already', 'isp.already_suspended', 'isp.suspended']);
    expect(await statesOf([removed, suspended, free])).toEqual(['eliminada', 'suspendida', 'suspendida']);
  });

  test('shares the room of a router with a bulk removal, and begins when that has made room', async () => {
    const [removedFirst = 0, removedSecond = 0] = await connect(2);
    const [suspended = 0] = await connect(1);
    await isp.ask(path, { ids_conexion: [removedFirst, removedSecond] }, under('removing-two'));
    const task = await isp.agent.next('router.remove', removedFirst);
    await isp.agent.next('router.remove', removedSecond);
    await isp.ask(suspending, { ids_conexion: [suspended] }, under('suspending-one'));
    expect(isp.agent.hasNone('router.suspend', suspended)).toBe(true);
    await isp.agent.end(task, 'router.removed', { entries: [] });
    await carry('router.suspend', suspended);
    expect((await ended('suspending-one')).state).toBe('completed');
    await isp.operator.send('POST', '/api/operations/removing-two/stop');
  });

  test('that is stopped finishes what runs and begins no other', async () => {
    const { id_router } = (await isp.operator.send('POST', '/api/routers', { json: routerOf(isp.agent.id, { nombre: 'tercero' }) })).body;
    const ids = await connect(4, { id_router });
    await isp.ask(suspending, { ids_conexion: ids }, under('suspension-halted'));
    const [first = 0, second = 0] = ids;
    const running = [await isp.agent.next('router.suspend', first), await isp.agent.next('router.suspend', second)];
    const [begun, unbegun] = running;
    await isp.operator.send('POST', '/api/operations/suspension-halted/stop');
    if (begun) await isp.agent.end(begun, 'router.suspended', { entries: [] });
    if (unbegun) await isp.agent.fail(unbegun, 'step.stopped');
    expect((await ended('suspension-halted')).state).toBe('stopped');
    expect(await statesOf(ids)).toEqual(['suspendida', 'activa', 'activa', 'activa']);
  });

  test('is for whoever may suspend one', async () => {
    const reader = await isp.hub.person('lectora@example.com');
    await isp.hub.admin.send('PATCH', `/api/users/${reader.userId}`, { json: { permissions: ['isp:read', 'isp:write'] } });
    const [id = 0] = await connect(1);
    for (const one of [suspending, reactivating]) {
      const { status, body } = await reader.send('POST', one, { json: { ids_conexion: [id] } });
      expect([status, body.code, body.permission]).toEqual([403, 'forbidden', 'isp:remove']);
    }
  });
});

describe('a request for many', () => {
  const refused: [string, unknown, number][] = [
    ['no list', {}, 400],
    ['an empty list', { ids_conexion: [] }, 400],
    ['a list with something else', { ids_conexion: [1, 'x'] }, 400],
    ['more than the bound', { ids_conexion: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, 400],
    ['a connection that is not there', { ids_conexion: [999_999] }, 404],
  ];
  for (const [title, json, status] of refused) {
    test(`with ${title} is refused, and nothing is begun`, async () => {
      for (const asked of [path, suspending, reactivating]) {
        const answer = await isp.ask(asked, json as object, under('refused'));
        expect([answer.status, answer.body.success]).toEqual([status, false]);
        expect((await isp.operator.send('GET', '/api/operations/refused')).status).toBe(404);
      }
    });
  }
});

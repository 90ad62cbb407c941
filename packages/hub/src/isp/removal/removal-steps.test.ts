// The three requests of a removal, as the ISP's own client sends them, against a hub with an agent that does what the test says.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { unseal } from '@relevo/protocol';
import { type IspHub, routerPassword, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ TICK_INTERVAL_MS: '1' });
});
afterAll(() => isp.stop());

const removeService = '/api/conexiones/quitar-asignacion';
const removeRouter = '/api/routers/quitar-conexion';
const removeConfig = '/api/configuracion/eliminar';

describe('a removal in three requests', () => {
  test('takes the service, the router entries and the configuration, and ends the operation', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    const socket = await isp.operator.watch();
    socket.send({ type: 'start_operation', operation_id: 'whole' });
    await socket.next(({ type }) => type === 'operation');

    const service = await isp.ask(removeService, { id_conexion }, under('whole', { 'x-user-id': String(isp.operator.userId) }));
    expect([service.status, service.body]).toEqual([200, { success: true, message: 'Asignación eliminada', operation_id: 'whole' }]);
    expect(service.headers.get('x-operation-id')).toBe('whole');
    expect(await isp.connection(id_conexion)).toMatchObject({ id_servicio: null, estado: 'activa' });

    const asked = isp.ask(removeRouter, { direccion_ip }, under('whole'));
    await isp.agent.remove(id_conexion);
    const router = await asked;
    expect([router.status, router.body.message]).toEqual([200, 'Conexión eliminada del router']);

    const config = await isp.ask(removeConfig, { id_conexion, id_usuario }, under('whole'));
    expect([config.status, config.body.message]).toEqual([200, 'Configuración eliminada del sistema']);
    const removed = await isp.connection(id_conexion);
    expect(removed.estado).toBe('eliminada');
    expect(removed.historial.map(({ que }: { que: string }) => que)).toEqual(['eliminada', 'quitada_del_router', 'asignacion_quitada', 'creada']);

    await socket.next(({ type, state }) => type === 'operation' && state === 'completed');
    const shown = (step: string) => socket.messages.filter((message) => message.step === step && !message.snapshot);
    expect(shown('remove-service').map(({ status }) => status)).toEqual(expect.arrayContaining(['pending', 'in_progress', 'completed']));
    expect(shown('remove-service').at(-1)).toMatchObject({ status: 'completed', progress: 100, message: 'Asignación eliminada exitosamente' });
    expect(shown('remove-router').map(({ message }) => message)).toContain('Conectando con el router...');
    expect(shown('remove-router').at(-1)).toMatchObject({ status: 'completed', progress: 100, message: 'Conexión eliminada del router' });
    expect(shown('remove-config').at(-1)).toMatchObject({ status: 'completed', progress: 100, message: 'Configuración eliminada del sistema' });
    const numbers = socket.messages.filter(({ operation_id }) => operation_id === 'whole').map(({ seq }) => seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    socket.close();
  });
});

test('the credentials go to the agent sealed to its key, and to nobody in the clear', async () => {
  const { id_conexion, direccion_ip } = await isp.connect();
  const asked = isp.ask(removeRouter, { direccion_ip });
  const { task } = (await isp.agent.remove(id_conexion)) as unknown as { task: { router: { sealed_credentials: string } } };
  await asked;
  expect(JSON.stringify(isp.agent.tasks())).not.toContain(routerPassword);
  const { sealingKey } = isp.agent;
  if (!sealingKey) throw new Error('no key');
  expect(JSON.parse(await unseal(task.router.sealed_credentials, sealingKey))).toEqual({ username: 'relevo', password: routerPassword });
});

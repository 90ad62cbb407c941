// The ISP's records over HTTP: made, changed, refused, referred to, deleted; and who may.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

setDefaultTimeout(60_000);

let hub: TestHub;
let ana: Person;
beforeAll(async () => {
  hub = await startTestHub();
  ana = await hub.person('ana@example.com');
  await hub.admin.send('PATCH', `/api/users/${ana.userId}`, { json: { permissions: ['isp:read', 'isp:write'] } });
});
afterAll(() => hub.stop());

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
let numbers = 0;
const next = () => {
  numbers += 1;
  return numbers;
};
const address = () => `10.9.${next() >> 8}.${numbers & 255}`;
const post = (path: string, json: object) => ana.send('POST', path, { json });
const patch = (path: string, json: object) => ana.send('PATCH', path, { json });
const get = async (path: string) => (await ana.send('GET', path)).body;
async function made(path: string, json: object) {
  const answer = await post(path, json);
  if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const customer = (more: object = {}) => made('/api/clientes', { nombre: `Cliente ${next()}`, ...more });
const service = (more: object = {}) => made('/api/servicios', { nombre: `Fibra ${next()}`, ...more });
const router = (more: object = {}) => made('/api/routers', { nombre: `Router ${next()}`, tipo: 'routeros', host: '192.168.88.1', ...more });
async function connection(more: object = {}) {
  return made('/api/conexiones', { id_usuario: (await customer()).id_usuario, direccion_ip: address(), ...more });
}

describe('a customer', () => {
  test('needs a name, and keeps what else is said', async () => {
    const answer = await post('/api/clientes', {
      nombre: '  Lucía  Núñez ',
      documento: '12345678Z',
      email: 'lucia@example.com',
      telefono: '',
      direccion: null,
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/clientes/${answer.body.id_usuario}`]);
    expect(answer.body).toEqual({
      id_usuario: expect.any(Number),
      nombre: 'Lucía  Núñez',
      documento: '12345678Z',
      telefono: null,
      email: 'lucia@example.com',
      direccion: null,
      created_at: time,
      updated_at: time,
    });
    expect(await get(`/api/clientes/${answer.body.id_usuario}`)).toEqual(answer.body);
  });

  test.each([
    [{}],
    [{ nombre: ' ' }],
    [{ nombre: 'x'.repeat(201) }],
    [{ nombre: 'a\nb' }],
    [{ nombre: 7 }],
    [{ nombre: 'A', email: 'no address' }],
    [{ nombre: 'A', documento: {} }],
    [[]],
  ])('is refused as %j', async (json) => {
    const answer = await post('/api/clientes', json);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  });

  test('is changed member by member, and its connections show the new name', async () => {
    const { id_usuario } = await customer({ documento: 'X1' });
    const one = await connection({ id_usuario });
    const { status, body } = await patch(`/api/clientes/${id_usuario}`, { nombre: 'Zoraida Ávila', documento: null });
    expect([status, body.nombre, body.documento]).toEqual([200, 'Zoraida Ávila', null]);
    expect((await get(`/api/conexiones/${one.id_conexion}`)).cliente).toBe('Zoraida Ávila');
    expect((await get('/api/conexiones?query=avila+ZORAIDA')).conexiones.map((row: { id_conexion: number }) => row.id_conexion)).toEqual([one.id_conexion]);
  });

  test('is deleted only without connections', async () => {
    const { id_usuario } = await connection();
    const refused = await ana.send('DELETE', `/api/clientes/${id_usuario}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'record_in_use']);
    const free = await customer();
    expect((await ana.send('DELETE', `/api/clientes/${free.id_usuario}`)).status).toBe(204);
    expect((await ana.send('GET', `/api/clientes/${free.id_usuario}`)).status).toBe(404);
    expect((await ana.send('DELETE', `/api/clientes/${free.id_usuario}`)).status).toBe(404);
  });
});

describe('a service', () => {
  test('has rates and a price', async () => {
    const one = await service({ bajada_kbps: 300_000, subida_kbps: 300_000, precio: 29.9 });
    expect(one).toMatchObject({ bajada_kbps: 300_000, subida_kbps: 300_000, precio: 29.9 });
    expect(await service()).toMatchObject({ bajada_kbps: null, subida_kbps: null, precio: 0 });
    expect((await patch(`/api/servicios/${one.id_servicio}`, { precio: 19.99, bajada_kbps: null })).body).toMatchObject({ precio: 19.99, bajada_kbps: null });
  });

  test.each([
    [{ nombre: 'S', precio: -1 }],
    [{ nombre: 'S', precio: 1.005 }],
    [{ nombre: 'S', precio: '5' }],
    [{ nombre: 'S', bajada_kbps: 0 }],
    [{ nombre: 'S', subida_kbps: 1.5 }],
    [{ bajada_kbps: 5 }],
  ])('is refused as %j', async (json) => {
    expect((await post('/api/servicios', json)).status).toBe(400);
  });

  test('has a name of its own, and may keep it', async () => {
    const one = await service({ nombre: 'Radio Ñandú' });
    const again = await post('/api/servicios', { nombre: 'radio ñANDU' });
    expect([again.status, again.body.code, again.body.member, again.body.id]).toEqual([409, 'record_exists', 'nombre', one.id_servicio]);
    expect((await patch(`/api/servicios/${one.id_servicio}`, { nombre: 'RADIO Ñandú' })).body.nombre).toBe('RADIO Ñandú');
  });

  test('is deleted only when no connection has it; pages by name', async () => {
    const { id_servicio } = await service();
    await connection({ id_servicio });
    expect((await ana.send('DELETE', `/api/servicios/${id_servicio}`)).body.code).toBe('record_in_use');
    const free = await service();
    expect((await ana.send('DELETE', `/api/servicios/${free.id_servicio}`)).status).toBe(204);
    const whole = (await get('/api/servicios')).servicios;
    const first = await get('/api/servicios?limit=2');
    const rest = await get(`/api/servicios?cursor=${first.next_cursor}`);
    expect([...first.servicios, ...rest.servicios]).toEqual(whole);
  });
});

describe('a router', () => {
  test.each([
    [{ tipo: 'routeros' }, { scheme: 'https', port: 443 }],
    [
      { tipo: 'routeros', scheme: 'http' },
      { scheme: 'http', port: 80 },
    ],
    [
      { tipo: 'routeros', scheme: 'http', port: 8728 },
      { scheme: 'http', port: 8728 },
    ],
    [{ tipo: 'linux' }, { scheme: 'ssh', port: 22, nft_set: null }],
    [{ tipo: 'linux', nft_set: ' inet  relevo clientes' }, { nft_set: 'inet relevo clientes' }],
    [
      { tipo: 'linux', host: 'FE80::1', pin: `SHA256:${'a'.repeat(43)}=` },
      { host: 'fe80::1', pin: 'a'.repeat(43) },
    ],
    [{ tipo: 'routeros', host: 'Norte.Example.com' }, { host: 'norte.example.com' }],
  ])('made as %j has %j', async (json, expected) => {
    expect(await router(json)).toMatchObject({
      ...expected,
      agent_id: null,
      has_credentials: false,
      estado: 'sin_probar',
      comprobado_at: null,
      error: null,
      error_code: null,
      conexiones: 0,
    });
  });

  test.each([
    [{ tipo: 'cisco' }],
    [{ tipo: 'linux', scheme: 'https' }],
    [{ tipo: 'routeros', scheme: 'ssh' }],
    [{ tipo: 'routeros', nft_set: 'inet relevo clientes' }],
    [{ tipo: 'linux', nft_set: 'inet relevo; flush ruleset' }],
    [{ tipo: 'linux', nft_set: 'relevo clientes' }],
    [{ host: '' }],
    [{ host: 'a b' }],
    [{ host: 'http://x' }],
    [{ host: '1.2.3' }],
    [{ host: 'x/../y' }],
    [{ port: 0 }],
    [{ port: 65_536 }],
    [{ pin: 'short' }],
    [{ credentials: { username: 'admin' } }],
    [{ credentials: { password: 'x' } }],
    [{ credentials: { username: 'admin', password: 'x', sudo: true } }],
  ])('is refused as %j', async (more) => {
    const answer = await post('/api/routers', { nombre: `Router ${next()}`, tipo: 'routeros', host: '192.168.88.1', ...more });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  });

  test('has a name of its own', async () => {
    const one = await router({ nombre: 'Sede Peñón' });
    const again = await post('/api/routers', { nombre: 'sede PENON', tipo: 'linux', host: 'x.example' });
    expect([again.status, again.body.code, again.body.member, again.body.id]).toEqual([409, 'record_exists', 'nombre', one.id_router]);
    const other = await router();
    expect((await patch(`/api/routers/${other.id_router}`, { nombre: 'SEDE PEÑON' })).body.code).toBe('record_exists');
  });

  test('names an agent that is there', async () => {
    const unknown = await post('/api/routers', { nombre: 'R', tipo: 'linux', host: 'h', agent_id: 'nobody' });
    expect([unknown.status, unknown.body.code, unknown.body.member]).toEqual([422, 'record_unknown', 'agent_id']);
    const agent = await new ScriptedAgent(hub, 'site').join();
    const one = await router({ agent_id: agent.id });
    expect(one.agent_id).toBe(agent.id);
    expect((await get(`/api/routers?agent_id=${agent.id}`)).routers).toEqual([one]);
    expect((await patch(`/api/routers/${one.id_router}`, { agent_id: null })).body.agent_id).toBeNull();
    await hub.admin.send('DELETE', `/api/agents/${agent.id}`);
    expect((await patch(`/api/routers/${one.id_router}`, { agent_id: agent.id })).body.code).toBe('record_unknown');
  });

  test('changes its kind with what belongs to it', async () => {
    const { id_router } = await router({ scheme: 'http' });
    expect((await patch(`/api/routers/${id_router}`, { scheme: 'https' })).body).toMatchObject({ scheme: 'https', port: 443 });
    expect((await patch(`/api/routers/${id_router}`, { port: 8443 })).body).toMatchObject({ scheme: 'https', port: 8443 });
    expect((await patch(`/api/routers/${id_router}`, { tipo: 'linux', nft_set: 'ip a b' })).body).toMatchObject({ scheme: 'ssh', port: 22, nft_set: 'ip a b' });
    expect((await patch(`/api/routers/${id_router}`, { tipo: 'routeros' })).body).toMatchObject({ scheme: 'https', port: 443, nft_set: null });
    expect((await patch(`/api/routers/${id_router}`, { scheme: 'ssh' })).status).toBe(400);
  });

  test('is deleted only when nothing is on it, and counts what is', async () => {
    const { id_router } = await router();
    await connection({ id_router });
    expect((await get(`/api/routers/${id_router}`)).conexiones).toBe(1);
    expect((await ana.send('DELETE', `/api/routers/${id_router}`)).body.code).toBe('record_in_use');
    const free = await router({ credentials: { username: 'a', password: 'b' } });
    expect((await ana.send('DELETE', `/api/routers/${free.id_router}`)).status).toBe(204);
    expect((await ana.send('GET', `/api/routers/${free.id_router}`)).status).toBe(404);
  });
});

describe('a connection', () => {
  test('needs a customer and an address, and is kept in canonical form', async () => {
    const { id_usuario, nombre } = await customer();
    const { id_servicio, nombre: servicio } = await service();
    const { id_router, nombre: name } = await router();
    expect(await connection({ id_usuario, direccion_ip: '2001:DB8:0::00AA' })).toMatchObject({
      direccion_ip: '2001:db8::aa',
      estado: 'activa',
      router: null,
      servicio: null,
    });
    const full = { id_usuario, direccion_ip: address(), usuario_ppp: ' ana@isp ', mac: '4c-5e-0c-00-00-01', id_router, id_servicio, estado: 'suspendida' };
    const answer = await post('/api/conexiones', full);
    expect(answer.body).toEqual({
      ...full,
      id_conexion: expect.any(Number),
      usuario_ppp: 'ana@isp',
      mac: '4C:5E:0C:00:00:01',
      cliente: nombre,
      router: name,
      servicio,
      created_at: time,
      updated_at: time,
    });
    const { historial, busy, undo_until, undo_blocked_by, ...same } = await get(`/api/conexiones/${answer.body.id_conexion}`);
    expect(same).toEqual(answer.body);
    expect([busy, undo_until, undo_blocked_by]).toEqual([false, null, null]);
    expect(historial).toEqual([
      { at: time, user_id: ana.userId, que: 'creada', before: null, after: expect.objectContaining({ direccion_ip: full.direccion_ip }), operation_id: null },
    ]);
  });

  test.each([
    [{ direccion_ip: undefined }],
    [{ id_usuario: undefined }],
    [{ id_usuario: '1' }],
    [{ id_usuario: 0 }],
    [{ id_usuario: 2 ** 60 }],
    [{ direccion_ip: '10.0.0.1/24' }],
    [{ direccion_ip: '10.0.0' }],
    [{ direccion_ip: 'fe80::1%eth0' }],
    [{ direccion_ip: 7 }],
    [{ mac: '4c:5e' }],
    [{ usuario_ppp: 'a\tb' }],
    [{ usuario_ppp: 'x'.repeat(129) }],
    [{ estado: 'eliminada' }],
    [{ estado: 'otra' }],
  ])('is refused with %j', async (more) => {
    const { id_usuario } = await customer();
    const answer = await post('/api/conexiones', { id_usuario, direccion_ip: address(), ...more });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  });

  test.each(['id_usuario', 'id_router', 'id_servicio'])('that names a %s that is not there is refused', async (member) => {
    const { id_usuario } = await customer();
    const answer = await post('/api/conexiones', { id_usuario, direccion_ip: address(), [member]: 999_999 });
    expect([answer.status, answer.body.code, answer.body.member]).toEqual([422, 'record_unknown', member]);
    const { id_conexion } = await connection();
    expect((await patch(`/api/conexiones/${id_conexion}`, { [member]: 999_999 })).body.code).toBe('record_unknown');
  });

  test('has an address of its own, however it is written', async () => {
    const one = await connection({ direccion_ip: '2001:db8::7' });
    const other = await connection();
    const rows = [
      await post('/api/conexiones', { id_usuario: one.id_usuario, direccion_ip: '2001:0DB8:0:0::7' }),
      await patch(`/api/conexiones/${other.id_conexion}`, { direccion_ip: '2001:db8::7' }),
    ];
    for (const { status, body } of rows) expect([status, body.code, body.member, body.id]).toEqual([409, 'record_exists', 'direccion_ip', one.id_conexion]);
    expect((await patch(`/api/conexiones/${one.id_conexion}`, { direccion_ip: '2001:db8::7' })).status).toBe(200);
  });

  test('has a PPP user of its own on its router, and on that alone', async () => {
    const [first, second] = [await router(), await router()];
    const one = await connection({ id_router: first.id_router, usuario_ppp: 'same' });
    await connection({ usuario_ppp: 'same' });
    const other = await connection({ id_router: second.id_router, usuario_ppp: 'same' });
    const { status, body } = await patch(`/api/conexiones/${other.id_conexion}`, { id_router: first.id_router });
    expect([status, body.code, body.member, body.id]).toEqual([409, 'record_exists', 'usuario_ppp', one.id_conexion]);
  });

  test('tells in its history and in the audit log what changed, and nothing when nothing did', async () => {
    const { id_conexion, direccion_ip } = await connection({ mac: '4c5e0caabb01' });
    const to = address();
    await patch(`/api/conexiones/${id_conexion}`, { direccion_ip: to, mac: null });
    await patch(`/api/conexiones/${id_conexion}`, { direccion_ip: to, mac: null });
    const { historial } = await get(`/api/conexiones/${id_conexion}`);
    const change = { before: { direccion_ip, mac: '4C:5E:0C:AA:BB:01' }, after: { direccion_ip: to, mac: null } };
    expect(historial).toMatchObject([{ que: 'modificada', ...change, user_id: ana.userId }, { que: 'creada' }]);
    const { entries } = (await hub.admin.send('GET', `/api/audit?subject_kind=conexion&subject_id=${id_conexion}`)).body;
    expect(entries).toMatchObject([{ action: 'conexion.modificar', user_email: 'ana@example.com', ...change }, { action: 'conexion.crear' }]);
  });

  test('is found after a change by what it is now, and not by what it was', async () => {
    const { id_conexion } = await connection({ direccion_ip: '172.31.200.77', usuario_ppp: 'oldname@isp', mac: '02aabbccdd01' });
    const found = async (query: string) =>
      (await get(`/api/conexiones?query=${encodeURIComponent(query)}`)).conexiones.map((row: { id_conexion: number }) => row.id_conexion);
    for (const query of ['172.31.200.77', 'OLDNAME', '02:aa:bb:cc:dd:01', '02-AA-BB-CC', '02aabbccdd01'])
      expect([query, await found(query)]).toEqual([query, [id_conexion]]);
    await patch(`/api/conexiones/${id_conexion}`, { direccion_ip: '172.31.201.78', usuario_ppp: 'newname@isp', mac: null });
    for (const query of ['172.31.200.77', 'oldname', '02:aa:bb']) expect([query, await found(query)]).toEqual([query, []]);
    for (const query of ['172.31.201.78', 'newname']) expect([query, await found(query)]).toEqual([query, [id_conexion]]);
  });
});

describe('who may', () => {
  test('read without isp:read, or change without isp:write: nobody, and the refusal names what is missing', async () => {
    const reader = await hub.person('reader@example.com');
    const asked = async (method: string, path: string, json?: object) => {
      const { status, body } = await reader.send(method, path, json ? { json } : {});
      return [status, body.code, body.permission];
    };
    for (const path of ['/api/clientes', '/api/servicios', '/api/routers', '/api/conexiones', '/api/conexiones/1'])
      expect(await asked('GET', path)).toEqual([403, 'forbidden', 'isp:read']);
    await hub.admin.send('PATCH', `/api/users/${reader.userId}`, { json: { permissions: ['isp:read'] } });
    expect((await reader.send('GET', '/api/conexiones')).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/api/conexiones'],
      ['PATCH', '/api/routers/1'],
      ['DELETE', '/api/clientes/1'],
    ] as const)
      expect(await asked(method, path, {})).toEqual([403, 'forbidden', 'isp:write']);
  });

  test('an API key acts with what its owner has', async () => {
    const { body } = await ana.send('POST', '/api/api-keys', { json: { name: 'program' } });
    const headers = { authorization: `Bearer ${body.key}` };
    expect((await hub.send('POST', '/api/clientes', { json: { nombre: 'By key' }, headers })).status).toBe(201);
  });
});

test.each(['\0', 'a\0b', '"', '""', '*', 'a*', '(', 'AND', 'NOT a', 'a:b', '^a', '\u00ad', '\u0301', '%', "'"])(
  'any text can be looked for: %p',
  async (query) => {
    for (const name of ['clientes', 'servicios', 'routers', 'conexiones', 'conexiones/exportar']) {
      const { status } = await ana.send('GET', `/api/${name}?query=${encodeURIComponent(query)}`);
      expect([name, status]).toEqual([name, 200]);
    }
  },
);

test.each(['clientes', 'servicios', 'routers', 'conexiones'])(
  '/api/%s/… answers 404 for a number that is no record, 400 for what is no number',
  async (name) => {
    for (const method of ['GET', 'PATCH']) {
      expect((await ana.send(method, `/api/${name}/999999`, method === 'GET' ? {} : { json: {} })).status).toBe(404);
      for (const id of ['0', '-1', 'x', '1.5', '99999999999999999999'])
        expect((await ana.send(method, `/api/${name}/${id}`, method === 'GET' ? {} : { json: {} })).status).toBe(400);
    }
  },
);

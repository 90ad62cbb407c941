// Connections from a CSV file: read as files come, checked whole, all or none, told line by line, once per operation id.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { newCustomerSchema } from '@relevo/protocol';
import { AuditLog } from '../../audit/audit-log.ts';
import { type HubDatabase, openHubDatabase } from '../../database/database.ts';
import { eventually, type Person, startTestHub, type TestHub } from '../../http/hub.fixture.ts';
import { changeConnection } from '../connections/connection-rows.ts';
import { rowOf } from '../works/plan.ts';
import { writeSteps } from '../works/write-steps.ts';
import { ImportErrors } from './import-errors.ts';
import { ImportStore } from './import-store.ts';

setDefaultTimeout(60_000);

let hub: TestHub;
let ana: Person;
beforeAll(async () => {
  hub = await startTestHub({ ISP_IMPORT_MAX_BYTES: String(8 * 1024 ** 2), ISP_IMPORT_LINES_MAX: '20000' });
  ana = await hub.person('ana@example.com');
  await hub.admin.send('PATCH', `/api/users/${ana.userId}`, { json: { permissions: ['isp:read', 'isp:write'] } });
  await ana.send('POST', '/api/routers', { json: { nombre: 'Sede Norte', tipo: 'routeros', host: '10.0.0.1' } });
  await ana.send('POST', '/api/routers', { json: { nombre: 'Sede Sur', tipo: 'linux', host: '10.0.0.2' } });
  await ana.send('POST', '/api/servicios', { json: { nombre: 'Fibra 300' } });
});
afterAll(() => hub.stop());

let made = 0;
/** An address that no other test has. */
const ip = () => {
  made += 1;
  return `10.200.${made >> 8}.${made & 255}`;
};
const post = (body: BodyInit, { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {}) =>
  ana.send('POST', `/api/conexiones/importar${query}`, { body, headers: { 'content-type': 'text/csv', ...headers } });
const ended = (id: string) =>
  eventually(async () => {
    const { body } = await ana.send('GET', `/api/operations/${id}`);
    return body.ended_at !== null && body;
  });
/** Imports and waits for the end: the operation and the outcome. */
async function imported(body: BodyInit, options?: Parameters<typeof post>[1]) {
  const answer = await post(body, options);
  if (answer.status !== 202) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  const operation = await ended(answer.body.operation_id);
  const outcome = (await ana.send('GET', `/api/conexiones/importar/${answer.body.operation_id}`)).body;
  return { operation, outcome };
}
const found = async (query: string) => (await ana.send('GET', `/api/conexiones?query=${encodeURIComponent(query)}`)).body.conexiones;
const count = async () => (await ana.send('GET', '/api/conexiones?limit=500')).body.conexiones.length;

describe('a good file', () => {
  test('makes connections, and the customers that are new, each once', async () => {
    const [a, b, c] = [ip(), ip(), ip()];
    const { operation, outcome } = await imported(
      [
        'cliente,documento,telefono,direccion_ip,usuario_ppp,mac,router,servicio,estado',
        `Íñigo Peña,111A,600,${a},inigo@isp,4c5e.0caa.0001,sede norte,FIBRA 300,`,
        `Íñigo Peña,111A,600,${b},,,,,Suspendida`,
        `"Bar ""El Pozo"", S.L.",,,${c},,,Sede Sur,,activa`,
      ].join('\r\n'),
    );
    expect(operation).toMatchObject({
      state: 'completed',
      kind: 'isp-import',
      steps: [
        { step: 'check', status: 'completed', message: 'Lines that can be imported: 3' },
        { step: 'import', status: 'completed', message: 'Connections imported: 3' },
      ],
    });
    expect(outcome).toEqual({ operation_id: operation.operation_id, lines: 3, imported: 3, errors_total: 0, errors: [], ended: true });
    const [first] = await found(a);
    expect(first).toMatchObject({
      cliente: 'Íñigo Peña',
      usuario_ppp: 'inigo@isp',
      mac: '4C:5E:0C:AA:00:01',
      router: 'Sede Norte',
      servicio: 'Fibra 300',
      estado: 'activa',
    });
    expect(await found(b)).toMatchObject([{ id_usuario: first.id_usuario, router: null, estado: 'suspendida' }]);
    expect(await found(c)).toMatchObject([{ cliente: 'Bar "El Pozo", S.L.', router: 'Sede Sur' }]);
    const { historial } = (await ana.send('GET', `/api/conexiones/${first.id_conexion}`)).body;
    expect(historial).toMatchObject([{ que: 'importada', user_id: ana.userId, operation_id: operation.operation_id }]);
    const { entries } = (await hub.admin.send('GET', `/api/audit?operation_id=${operation.operation_id}`)).body;
    expect(entries).toMatchObject([{ action: 'conexion.importar', after: { imported: 3 } }]);
  });

  test('may use semicolons, a mark of UTF-8, line feeds, empty lines, and the code page of a Western Excel', async () => {
    const file = (address: string, end: string) => `cliente;direccion_ip${end}${end}"Peñalba; e hijos";${address}${end}${end}`;
    const [a, b, c, d] = [ip(), ip(), ip(), ip()];
    const latin = Buffer.from(file(d, '\r\n'), 'latin1');
    for (const body of [file(a, '\r\n'), file(b, '\n'), `\uFEFF${file(c, '\r\n')}`, latin])
      expect((await imported(body)).outcome).toMatchObject({ imported: 1 });
    for (const address of [a, b, c, d]) expect(await found(address)).toMatchObject([{ cliente: 'Peñalba; e hijos' }]);
    expect(new Set((await found('peñalba')).map((row: { id_usuario: number }) => row.id_usuario)).size).toBe(1);
  });

  test('may be what Excel calls Unicode text, with tabs, or say itself what parts its cells', async () => {
    const [a, b, c, d] = [ip(), ip(), ip(), ip()];
    const tabs = (address: string) => `\uFEFFcliente\tdireccion_ip\r\nIñaki, de Unicode\t${address}\r\n`;
    const big = Buffer.from(tabs(b), 'utf16le').swap16();
    for (const body of [Buffer.from(tabs(a), 'utf16le'), big, tabs(c), `sep=;\r\ncliente;direccion_ip\r\n"Iñaki, de Unicode";${d}\r\n`]) {
      expect((await imported(body)).outcome).toMatchObject({ imported: 1, errors: [] });
    }
    for (const address of [a, b, c, d]) expect(await found(address)).toMatchObject([{ cliente: 'Iñaki, de Unicode' }]);
    expect((await imported('sep=;\ncliente;direccion_ip\nA;none\n')).outcome.errors).toMatchObject([{ line: 3, column: 'direccion_ip' }]);
  });

  test('may have lines of nothing but separators, as a spreadsheet leaves them behind', async () => {
    const { outcome } = await imported(`cliente;direccion_ip;mac\r\nEva;${ip()};\r\n;;\r\n ; ;\r\n`);
    expect(outcome).toMatchObject({ lines: 1, imported: 1, errors_total: 0 });
  });

  test('finds a customer by number, by document, by name', async () => {
    const one = (await ana.send('POST', '/api/clientes', { json: { nombre: 'Única Persona', documento: 'U-1' } })).body;
    const [a, b, c] = [ip(), ip(), ip()];
    const { outcome } = await imported(`id_usuario,documento,cliente,direccion_ip\n${one.id_usuario},,,${a}\n,U-1,,${b}\n,,unica PERSONA,${c}\n`);
    expect(outcome).toMatchObject({ imported: 3, errors: [] });
    for (const address of [a, b, c]) expect(await found(address)).toMatchObject([{ id_usuario: one.id_usuario }]);
  });

  test('with a header alone imports nothing, and is no error', async () => {
    expect((await imported('cliente,direccion_ip\n')).outcome).toMatchObject({ lines: 0, imported: 0, errors_total: 0, ended: true });
  });
});

describe('a bad line', () => {
  const rows: [string, string, string, string | null][] = [
    ['address that is none', 'A,10.0.0.300,,,', 'value_invalid', 'direccion_ip'],
    ['address that is missing', 'A,,,,', 'value_invalid', 'direccion_ip'],
    ['MAC that is none', 'A,IP,,xx,', 'value_invalid', 'mac'],
    ['state that a file cannot give', 'A,IP,,,eliminada', 'value_invalid', 'estado'],
    ['customer that is missing', ',IP,,,', 'value_invalid', 'cliente'],
    ['router that is not there', 'A,IP,Sede Este,,', 'record_unknown', 'router'],
    ['cell too few', 'A,IP,,', 'cells_missing', null],
    ['cell too many', 'A,IP,,,,', 'cells_missing', null],
  ];
  for (const [title, line, code, column] of rows) {
    test(
      `with an ${title} keeps the whole file out, and is told with its number`.replace('an cell', 'a cell').replace(/an (MAC|state|customer|router)/, 'a $1'),
      async () => {
        const good = ip();
        const before = await count();
        const { operation, outcome } = await imported(`cliente,direccion_ip,router,mac,estado\nA,${good},,,\n${line.replace('IP', ip())}\n`);
        expect(operation).toMatchObject({ state: 'error', steps: [{ status: 'error' }, { status: 'error', message: 'Not reached' }] });
        expect(operation.steps[0].message).toContain('line 3');
        expect(outcome).toMatchObject({ imported: 0, errors_total: 1, errors: [{ line: 3, code, column, detail: expect.any(String) }], ended: true });
        expect([await count(), await found(good)]).toEqual([before, []]);
      },
    );
  }

  test('is told in the language of whoever imports', async () => {
    const headers = { 'accept-language': 'es' };
    const same = ip();
    const { operation, outcome } = await imported(
      ['cliente,direccion_ip,router,mac', 'A,10.0.0.300,,', `B,${same},Sede Este,`, `C,${same},,`, `D,${same},,`, `E,${ip()},,xx`, 'F'].join('\n'),
      { headers },
    );
    expect(operation.steps[0].message).toContain('errores: 5. El primero está en la línea 2');
    expect(outcome.errors.map(({ detail }: { detail: string }) => detail)).toEqual([
      'debe ser la dirección IPv4 o IPv6 de un solo equipo',
      'no existe Sede Este',
      `${same} está también en la línea 4`,
      'debe ser una dirección MAC, como 4C:5E:0C:AA:BB:01',
      'celdas de la línea: 1; de la primera: 4',
    ]);
    const details = async (file: string) => (await imported(file, { headers })).outcome.errors.map(({ detail }: { detail: string }) => detail);
    expect(await details('cliente,direccion_ip\nA,"10.0.0.1\n')).toEqual(['unas comillas no se cierran']);
    expect(await details('cliente,direccion_ip\nA"b",10.0.0.1\n')).toEqual(['hay comillas en medio de una celda que no empieza con ellas']);
    expect(await details('cliente,direccion_ip\n"A"b,10.0.0.1\n')).toEqual(['hay algo detrás de unas comillas que cierran']);
    expect(await details('cliente,precio,direccion_ip\n')).toEqual([expect.stringContaining('las columnas son id_conexion')]);
    expect(await details('')).toEqual(['la primera línea nombra las columnas']);
  });

  test('is told for every line there is, in their order', async () => {
    const same = ip();
    const taken = ip();
    await imported(`cliente,direccion_ip,usuario_ppp,router\nB,${taken},taken@isp,Sede Norte\n`);
    const { outcome } = await imported(
      [
        'cliente,direccion_ip,usuario_ppp,router',
        `"C\nD",${same},,`,
        `E,${same},,`,
        `F,${taken},,`,
        `G,${ip()},taken@isp,Sede Norte`,
        `H,${ip()},x@isp,Sede Sur`,
        `I,${ip()},x@isp,Sede Sur`,
      ].join('\n'),
    );
    expect(outcome.errors.map(({ line, code, column }: { line: number; code: string; column: string }) => [line, code, column])).toEqual([
      [2, 'value_invalid', 'cliente'],
      [5, 'record_exists', 'direccion_ip'],
      [6, 'record_exists', 'usuario_ppp'],
      [8, 'value_repeated', 'usuario_ppp'],
    ]);
    const repeated = await imported(`cliente,direccion_ip\nA,${same}\nB,${same}\n`);
    expect(repeated.outcome.errors).toMatchObject([{ line: 3, code: 'value_repeated', column: 'direccion_ip' }]);
  });

  test('that names a customer whom several could be asks which', async () => {
    for (const documento of ['D1', 'D2']) await ana.send('POST', '/api/clientes', { json: { nombre: 'Juan García', documento } });
    const { outcome } = await imported(`cliente,direccion_ip\nJuan García,${ip()}\n`);
    expect(outcome.errors).toMatchObject([{ line: 2, code: 'record_ambiguous', column: 'cliente' }]);
    const unknown = await imported(`id_usuario,direccion_ip\n999999,${ip()}\nx,${ip()}\n`);
    expect(unknown.outcome.errors).toMatchObject([
      { line: 2, code: 'record_unknown' },
      { line: 3, code: 'record_unknown' },
    ]);
  });

  test('is left out with parcial=true, and the good ones come in', async () => {
    const good = [ip(), ip()];
    const { operation, outcome } = await imported(`cliente,direccion_ip\nA,${good[0]}\nA,nothing\nA,${good[1]}\n`, { query: '?parcial=true&nombre=altas.csv' });
    expect(operation).toMatchObject({ state: 'completed', title: 'altas.csv' });
    expect(operation.steps[1].message).toBe('Connections imported: 2; lines left out: 1');
    expect(outcome).toMatchObject({ lines: 3, imported: 2, errors_total: 1, errors: [{ line: 3, code: 'value_invalid' }] });
    for (const address of good) expect(await found(address)).toHaveLength(1);
  });

  test('is one of at most a thousand that are kept, and of all that are counted', async () => {
    const { outcome } = await imported(`cliente,direccion_ip\n${'A,bad\n'.repeat(1500)}`);
    expect([outcome.errors_total, outcome.errors.length, outcome.lines]).toEqual([1500, 1000, 1500]);
  });
});

describe('a file that cannot be understood is imported in no case', () => {
  test.each([
    ['', 'file_empty', 1],
    ['\r\n\r\n', 'file_empty', 1],
    ['cliente,ip\nA,10.0.0.1\n', 'column_unknown', 1],
    ['cliente,telefono\nA,1\n', 'column_missing', 1],
    ['direccion_ip\n10.0.0.1\n', 'column_missing', 1],
    ['cliente,direccion_ip,cliente\nA,10.0.0.1,B\n', 'column_repeated', 1],
    ['cliente,direccion_ip\nA,10.0.0.1\n"B,10.0.0.2\n', 'file_invalid', 3],
    ['cliente,direccion_ip\nA,10.0.0.1\n"B"x,10.0.0.2\n', 'file_invalid', 3],
  ])('%j', async (body, code, line) => {
    const before = await count();
    const { operation, outcome } = await imported(body, { query: '?parcial=true' });
    expect([operation.state, outcome.imported, outcome.ended]).toEqual(['error', 0, true]);
    expect(outcome.errors).toContainEqual(expect.objectContaining({ line, code }));
    expect(await count()).toBe(before);
  });

  test('with more lines than allowed', async () => {
    const lines = Array.from({ length: 20_001 }, (_, index) => `A,10.77.${index >> 8}.${index & 255}`).join('\n');
    const { outcome } = await imported(`cliente,direccion_ip\n${lines}\n`, { query: '?parcial=true' });
    expect(outcome).toMatchObject({ imported: 0, errors: [expect.objectContaining({ code: 'too_many_lines', line: 20_002 })] });
  });
});

describe('is refused at once', () => {
  test.each([
    ['larger than allowed', 'x'.repeat(8 * 1024 ** 2 + 1), {}, 413, 'body_too_large'],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415, 'content_unsupported'],
    ['a form', 'x', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'content_unsupported'],
    ['compressed', 'x', { 'content-encoding': 'gzip' }, 415, 'content_unsupported'],
    ['under an id that is none', 'x', { 'x-operation-id': 'a b' }, 400, 'invalid_request'],
  ])('what is %s', async (_, body, headers, status, code) => {
    const answer = await post(body, { headers: headers as Record<string, string> });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test("and nobody sees another's", async () => {
    const { operation } = await imported(`cliente,direccion_ip\nA,${ip()}\n`);
    expect((await hub.admin.send('GET', `/api/conexiones/importar/${operation.operation_id}`)).status).toBe(404);
    expect((await ana.send('GET', '/api/conexiones/importar/nothing')).status).toBe(404);
  });
});

describe('X-Operation-ID', () => {
  test('makes the same file one import, however often it comes', async () => {
    const body = `cliente,direccion_ip\nOnce,${ip()}\n`;
    const headers = { 'x-operation-id': 'import-once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(body, { headers })));
    expect(answers.map(({ status, body: { operation_id } }) => [status, operation_id])).toEqual(answers.map(() => [202, 'import-once']));
    expect((await ended('import-once')).state).toBe('completed');
    expect((await post(body, { headers })).status).toBe(202);
    expect((await ana.send('GET', '/api/conexiones/importar/import-once')).body).toMatchObject({ imported: 1, errors_total: 0 });
    expect((await post(`${body}A,${ip()}\n`, { headers })).body.code).toBe('operation_id_in_use');
    expect((await post(body, { headers, query: '?parcial=true' })).body.code).toBe('operation_id_in_use');
  });
});

describe('an import of many', () => {
  const many = (from: number, lines: number) =>
    `cliente,direccion_ip\n${Array.from({ length: lines }, (_, index) => `Cliente ${from} ${index},10.${from}.${index >> 8}.${index & 255}`).join('\n')}\n`;
  const outcomeOf = async (id: string) => (await ana.send('GET', `/api/conexiones/importar/${id}`)).body;

  /** Resolves while the connections of an import are being written. */
  async function writing(id: string, percent = 0): Promise<void> {
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: id });
    await socket.next(({ step, status, progress }) => step === 'import' && status === 'in_progress' && progress > percent);
    socket.close();
  }

  test('shows its progress, and leaves nothing when it is stopped', async () => {
    await post(many(150, 3000), { headers: { 'x-operation-id': 'stopped-import' } });
    await writing('stopped-import');
    expect((await ana.send('POST', '/api/operations/stopped-import/stop')).status).toBe(202);
    expect(await ended('stopped-import')).toMatchObject({ state: 'stopped' });
    await eventually(async () => (await outcomeOf('stopped-import')).ended);
    expect(await outcomeOf('stopped-import')).toMatchObject({ imported: 0 });
    expect(await found('10.150.')).toEqual([]);
    expect((await ana.send('GET', '/api/clientes?query=Cliente+150')).body.clientes).toEqual([]);
  });

  test('says that it is taken back, and has not ended before it is, however long a stop may take', async () => {
    await hub.restart({ STOP_TIMEOUT_MS: '1000' });
    await post(many(153, 4000), { headers: { 'x-operation-id': 'taken-back' } });
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: 'taken-back' });
    await writing('taken-back', 30);
    await ana.send('POST', '/api/operations/taken-back/stop');
    const { message } = await socket.next(({ code }) => code === 'isp.import_taking_back');
    expect(message).toMatch(/^Taking back what was imported; records left: \d{4}$/);
    expect(await ended('taken-back')).toMatchObject({ state: 'stopped' });
    expect(await outcomeOf('taken-back')).toMatchObject({ ended: true, imported: 0 });
    expect(await found('10.153.')).toEqual([]);
    await hub.restart();
  });

  test('that the end of the hub cuts is taken back at the next start', async () => {
    await post(many(151, 3000), { headers: { 'x-operation-id': 'cut-whole' } });
    await writing('cut-whole');
    await hub.restart();
    expect(await ended('cut-whole')).toMatchObject({ state: 'error' });
    await eventually(async () => (await outcomeOf('cut-whole')).ended);
    expect(await outcomeOf('cut-whole')).toMatchObject({ imported: 0 });
    expect(await found('10.151.')).toEqual([]);
  });

  test('that the end of the hub cuts stays as far as it came with parcial=true', async () => {
    await post(many(152, 3000), { headers: { 'x-operation-id': 'cut-partial' }, query: '?parcial=true' });
    await writing('cut-partial');
    await hub.restart();
    await eventually(async () => (await outcomeOf('cut-partial')).ended);
    const { imported: kept } = await outcomeOf('cut-partial');
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(3000);
    expect((await ana.send('GET', '/api/conexiones?query=10.152.&limit=500')).body.conexiones).toHaveLength(Math.min(500, kept));
  });
});

describe('what somebody else wrote between the check and the writing', () => {
  const key = { userId: 1, id: 'raced' };
  async function raced() {
    const { db, connection } = await openHubDatabase(':memory:');
    const store = new ImportStore(db, connection, new AuditLog(db, 60_000));
    await db.transaction().execute((transaction) => store.begin(transaction, key, false, 60_000));
    const line = (number: number, direccion_ip: string) => ({
      line: number,
      customer: { make: newCustomerSchema.parse({ nombre: `Cliente ${number}` }) },
      connection: { direccion_ip, id_router: null, id_servicio: null },
    });
    await store.write(key, [line(1, '10.1.1.1')], undefined);
    return { db, store, lines: [line(2, '10.1.1.2'), line(3, '10.1.1.1'), line(4, '10.1.1.3')] };
  }
  const countOf = async (db: HubDatabase, table: 'customer' | 'connection' | 'isp_import_row') =>
    (
      await db
        .selectFrom(table)
        .select((of) => of.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count;

  test('lets none of the lines written with it in, nor their customers, and all can be taken back', async () => {
    const { db, store, lines } = await raced();
    await expect(store.write(key, lines, undefined)).rejects.toMatchObject({ code: 'record_exists', message: expect.stringContaining('line 3') });
    expect([await countOf(db, 'connection'), await countOf(db, 'customer'), (await store.find(key))?.imported]).toEqual([1, 1, 1]);
    while (await store.takeBack(key, 1));
    expect([await countOf(db, 'connection'), await countOf(db, 'customer'), await countOf(db, 'isp_import_row')]).toEqual([0, 0, 0]);
    await db.destroy();
  });

  test('leaves out the line in its way alone when good lines shall come in', async () => {
    const { db, store, lines } = await raced();
    const errors = new ImportErrors('en');
    expect(await store.write(key, lines, errors)).toBe(2);
    expect(errors.kept).toMatchObject([{ line: 3, code: 'record_exists', column: 'direccion_ip' }]);
    expect([await countOf(db, 'connection'), await countOf(db, 'customer')]).toEqual([3, 3]);
    await db.destroy();
  });

  test('of an import that has ended nothing is left to take back but what tells of it, which goes a portion at a time', async () => {
    const { db, store } = await raced();
    expect(store.rows.settled()).toEqual([]);
    await store.end(key, { imported: 1 });
    expect([store.rows.settled(), store.rows.left(key)]).toEqual([[key], 2]);
    expect([await store.forgetRows(key, 1), store.rows.left(key), await store.forgetRows(key, 1), await store.forgetRows(key, 1)]).toEqual([
      true,
      1,
      true,
      false,
    ]);
    expect([store.rows.settled(), await countOf(db, 'connection'), await countOf(db, 'customer')]).toEqual([[], 1, 1]);
    await db.destroy();
  });

  test('is not taken back: a connection that somebody has changed since stays, and its customer', async () => {
    const { db, store } = await raced();
    const { id_conexion } = await db.selectFrom('connection').select('id_conexion').executeTakeFirstOrThrow();
    await changeConnection(db, id_conexion, { mac: '4C:5E:0C:00:00:01' }, { que: 'modificada', userId: 2 });
    while (await store.takeBack(key, 10));
    expect([await countOf(db, 'connection'), await countOf(db, 'customer')]).toEqual([1, 1]);
    await db.destroy();
  });

  test.each([
    ['stays when its router is being worked on', 'suspend-router', 1],
    ['goes when somebody only looked', 'inspect', 0],
  ])('and one that %s', async (_, work, stays) => {
    const { db, store } = await raced();
    const { id_conexion } = await db.selectFrom('connection').select('id_conexion').executeTakeFirstOrThrow();
    const plan = { kind: 'isp-suspension', title: '', language: 'es', request: '', steps: [work], endsWithSteps: true, todo: [] } as const;
    const todo = { step: work, work: work as 'inspect', request: { id_conexion }, connection: id_conexion, position: 0 };
    await db.transaction().execute((transaction) => writeSteps(transaction, [rowOf({ userId: 2, email: '' }, 'under-way', plan, todo)]));
    while (await store.takeBack(key, 10));
    expect([await countOf(db, 'connection'), await countOf(db, 'customer')]).toEqual([stays, stays]);
    await db.destroy();
  });
});

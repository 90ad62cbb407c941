// Connections to a CSV file: what the list shows, whole, safe to open in a spreadsheet, and read again by an import.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { eventually, startTestHub, type TestHub } from '../../http/hub.fixture.ts';
import { loadDemoData } from '../load-demo-data.ts';
import { cellText, csvLine, exportedColumns } from './columns.ts';
import { CsvFault, readCsv } from './read-csv.ts';

setDefaultTimeout(60_000);

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
  await loadDemoData({ HUB_DATA_DIR: hub.dataDir });
});
afterAll(() => hub.stop());

async function linesOf(text: string | Uint8Array): Promise<string[][]> {
  const lines: string[][] = [];
  for await (const { cells } of readCsv(typeof text === 'string' ? new TextEncoder().encode(text) : text)) lines.push(cells);
  return lines;
}
const exported = (query = '') => hub.admin.send('GET', `/api/conexiones/exportar${query}`);

test('has a line for each connection of the list, in its order, under the names of the columns', async () => {
  const answer = await exported('?sort=direccion_ip');
  expect(answer.headers.get('content-type')).toStartWith('text/csv');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="conexiones-\d{4}-\d\d-\d\d\.csv"$/);
  const [header, ...lines] = await linesOf(answer.body);
  expect(header).toEqual([...exportedColumns]);
  const { conexiones } = (await hub.admin.send('GET', '/api/conexiones?limit=500&sort=direccion_ip')).body;
  expect(lines.map((cells) => Number(cells[0]))).toEqual(conexiones.map(({ id_conexion }: { id_conexion: number }) => id_conexion));
  expect(lines[0]?.slice(2, 9)).toEqual([
    'Lucía García Peña',
    '99000000L',
    '600000100',
    'lucia.garcia.pena@example.com',
    'Calle Mayor, 1, Villarejo del Llano',
    '10.10.1.10',
    'lucia.garcia.pena',
  ]);
});

test('takes the filters of the list, and refuses what the list refuses', async () => {
  const { conexiones } = (await hub.admin.send('GET', '/api/conexiones?estado=suspendida&query=10.20.')).body;
  const lines = await linesOf((await exported('?estado=suspendida&query=10.20.')).body);
  expect(lines.length - 1).toBe(conexiones.length);
  expect(conexiones.length).toBeGreaterThan(0);
  expect((await exported('?estado=otra')).status).toBe(400);
  expect((await exported('?excel=si')).status).toBe(400);
});

test('for Excel in Spanish has semicolons and a mark', async () => {
  const response = await fetch(`${hub.url}/api/conexiones/exportar?excel=true`, { headers: { cookie: hub.admin.cookie } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect((await linesOf(bytes))[0]).toEqual([...exportedColumns]);
});

test('is read again by the import of another hub, once its numbers are taken away', async () => {
  const other = await startTestHub();
  try {
    for (const { nombre, tipo, host } of (await hub.admin.send('GET', '/api/routers')).body.routers)
      await other.admin.send('POST', '/api/routers', { json: { nombre, tipo, host } });
    for (const { nombre } of (await hub.admin.send('GET', '/api/servicios')).body.servicios)
      await other.admin.send('POST', '/api/servicios', { json: { nombre } });
    const [header = [], ...lines] = await linesOf((await exported('?sort=id_conexion')).body);
    const kept = header.flatMap((name, index) => (name.startsWith('id_') ? [] : [index]));
    const body = [header, ...lines]
      .map((cells) =>
        csvLine(
          kept.map((index) => cells[index] ?? ''),
          ',',
        ),
      )
      .join('');
    const { operation_id } = (await other.admin.send('POST', '/api/conexiones/importar', { body, headers: { 'content-type': 'text/csv' } })).body;
    const outcome = await eventually(async () => {
      const found = (await other.admin.send('GET', `/api/conexiones/importar/${operation_id}`)).body;
      return found.ended && found;
    });
    expect(outcome).toMatchObject({ imported: 80, errors: [] });
    const records = async (of: TestHub) =>
      (await of.admin.send('GET', '/api/conexiones?limit=500&sort=direccion_ip')).body.conexiones.map(
        ({ id_conexion: _1, id_usuario: _2, id_router: _3, id_servicio: _4, created_at: _5, updated_at: _6, ...rest }: Record<string, unknown>) => rest,
      );
    expect(await records(other)).toEqual(await records(hub));
  } finally {
    await other.stop();
  }
});

describe('a cell', () => {
  test.each([
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ['+34 600 000 000', "'+34 600 000 000"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ["O'Hara", "O'Hara"],
    ["'quoted'", "'quoted'"],
    ['a, b', '"a, b"'],
    ['a;b', 'a;b'],
    ['say "x"', '"say ""x"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    [' spaces ', '" spaces "'],
    ['Íñigo 文', 'Íñigo 文'],
    ['', ''],
  ])('%j is written as %j, and reads the same again', async (value, written) => {
    expect(csvLine([value, null], ',')).toBe(`${written},\r\n`);
    for (const separator of [',', ';'] as const) {
      const [, line = []] = await linesOf(`a${separator}b\r\n${csvLine([value, 7], separator)}`);
      expect([cellText(line[0] ?? ''), line[1]]).toEqual([value.trim().replace('\r\n', '\n'), '7']);
    }
  });

  test('that is a number is no formula, even below zero', () => {
    expect(csvLine([-5, 0], ',')).toBe('-5,0\r\n');
  });
});

describe('reading', () => {
  test('tells where a line begins, over cells of several lines and empty ones', async () => {
    const lines: [number, string][] = [];
    for await (const { line, cells } of readCsv(new TextEncoder().encode('a,b\r\n"x\r\ny","z\nz"\r\n\r\n1,2\r\n3,4'))) lines.push([line, cells.join('|')]);
    expect(lines).toEqual([
      [1, 'a|b'],
      [2, 'x\ny|z\nz'],
      [6, '1|2'],
      [7, '3|4'],
    ]);
  });

  test.each(['a,b\n"x', 'a,b\n1,"x"y\n'])('ends at %j with the line that is wrong', async (text) => {
    await expect(linesOf(text)).rejects.toThrow(CsvFault);
  });

  test('takes a file of one column, of one line, of old Macs', async () => {
    expect(await linesOf('a')).toEqual([['a']]);
    expect(await linesOf('a,b\r1,2\r')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });
});

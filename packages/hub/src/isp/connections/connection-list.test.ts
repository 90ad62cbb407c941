// Lists of a hundred thousand connections: every order and filter is read from an index, searches find all words, pages neither skip nor repeat.

import type { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ipOrder } from '@relevo/protocol';
import { type HubDatabase, openHubDatabase } from '../../database/database.ts';
import { foldText } from '../fold-text.ts';
import type { PagePosition } from '../list-page.ts';
import { type ConnectionQuery, connectionSorts, connectionsQuery, listConnections } from './connection-list.ts';

setDefaultTimeout(120_000);

const count = 2000;
const names = ['José García', 'Ana Muñoz', 'Íñigo Peña', 'Lucía Ruiz', 'Marta Ávila', 'Óscar Gil', 'Zoe Sanz'];
let db: HubDatabase;
let connection: Database;

beforeAll(async () => {
  ({ db, connection } = await openHubDatabase(':memory:'));
  fill(connection, count);
});
afterAll(() => db.destroy());

/** Connections of which it is known where they are: number n has the address 10.x.y.z of n, and every fiftieth is suspended. */
function fill(on: Database, many: number): void {
  const time = '2026-01-01T00:00:00.000Z';
  const named = (table: string, id: string, more: string, values: string) => {
    for (let number = 1; number <= 5; number += 1)
      on.run(
        `INSERT INTO ${table} (${id}, nombre, nombre_folded, ${more} created_at, updated_at) VALUES (${number}, 'N${number}', 'n${number}', ${values} '${time}', '${time}')`,
      );
  };
  named('router', 'id_router', 'tipo, host, port, scheme, estado,', `'linux', 'h', 22, 'ssh', 'sin_probar',`);
  named('service', 'id_servicio', 'precio_cents,', '0,');
  const customer = on.query('INSERT INTO customer (nombre, nombre_folded, created_at, updated_at) VALUES (?, ?, ?, ?)');
  const one =
    on.query(`INSERT INTO connection (id_usuario, direccion_ip, ip_order, usuario_ppp, mac, id_router, id_servicio, estado, cliente_folded, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  on.transaction(() => {
    for (let n = 1; n <= many; n += 1) {
      const nombre = `${names[n % names.length]} ${n}`;
      customer.run(nombre, foldText(nombre), time, time);
      const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
      const mac = `4C:5E:0C:${[n >> 16, (n >> 8) & 255, n & 255].map((part) => part.toString(16).padStart(2, '0').toUpperCase()).join(':')}`;
      one.run(
        n,
        address,
        ipOrder(address),
        `user${n}@isp`,
        mac,
        1 + (n % 5),
        1 + (n % 5),
        n % 50 === 0 ? 'suspendida' : 'activa',
        foldText(nombre),
        time,
        time,
      );
    }
  })();
}

const asked = (more: Partial<ConnectionQuery> = {}): ConnectionQuery => ({ query: '', sort: 'id_conexion', after: undefined, limit: 50, ...more });
const ids = async (more: Partial<ConnectionQuery>) => (await listConnections(db, asked(more))).connections.map(({ id_conexion }) => id_conexion);

/** How SQLite carries out a page, one step each. */
async function planOf(more: Partial<ConnectionQuery>): Promise<string[]> {
  const { sql, parameters } = (await connectionsQuery(db, asked(more))).compile(db);
  return (connection.query(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as never[])) as { detail: string }[]).map(({ detail }) => detail);
}

const filters: [string, Partial<ConnectionQuery>][] = [
  ['no filter', {}],
  ['a state', { estado: 'suspendida' }],
  ['a router', { id_router: 3 }],
  ['a service', { id_servicio: 2 }],
];

describe.each(filters)('by %s', (_, filter) => {
  test.each(connectionSorts)('in the order %s, a page is read from an index, from its place on, and nothing is sorted', async (sort) => {
    const value = sort.endsWith('id_conexion') ? null : 'x';
    for (const after of [undefined, { value, id: 1000 }]) {
      const [first, ...joined] = await planOf({ ...filter, sort, after });
      expect(first).toMatch(/^(SCAN|SEARCH) connection USING (INDEX|COVERING INDEX|INTEGER PRIMARY KEY)|^SCAN connection$/);
      if (Object.keys(filter).length > 0 || after) expect(first).toStartWith('SEARCH connection USING');
      for (const step of joined) expect(step).toMatch(/^SEARCH (customer|router|service) USING INTEGER PRIMARY KEY/);
    }
  });

  test.each(connectionSorts)('in the order %s, pages follow each other without gap or repeat', async (sort) => {
    const whole = await ids({ ...filter, sort, limit: count });
    const paged: number[] = [];
    let after: PagePosition | undefined;
    do {
      const page = await listConnections(db, asked({ ...filter, sort, after, limit: 333 }));
      paged.push(...page.connections.map(({ id_conexion }) => id_conexion));
      after = page.next;
    } while (after);
    expect(paged).toEqual(whole);
    expect(new Set(whole).size).toBe(whole.length);
  });
});

describe.each<[string, Partial<ConnectionQuery>]>([...filters, ['a search of few', { query: 'garcia 19' }], ['a search of many', { query: 'isp' }]])(
  'at an offset, by %s',
  (_, filter) => {
    test.each(connectionSorts)('in the order %s, stands what stands there in the whole, and how many there are', async (sort) => {
      const whole = await ids({ ...filter, sort, limit: count });
      for (const offset of [0, 1, Math.floor(whole.length / 2), whole.length - 1, whole.length, whole.length + 7]) {
        const page = await listConnections(db, asked({ ...filter, sort, offset, limit: 9 }));
        expect(page.connections.map(({ id_conexion }) => id_conexion)).toEqual(whole.slice(offset, offset + 9));
        expect(page.total).toBe(whole.length);
      }
    });
  },
);

test('a page goes on by its cursor after one at an offset', async () => {
  const { next, connections } = await listConnections(db, asked({ sort: 'cliente', offset: 700, limit: 10 }));
  const after = await ids({ sort: 'cliente', after: next, limit: 10 });
  expect([...connections.map(({ id_conexion }) => id_conexion), ...after]).toEqual((await ids({ sort: 'cliente', limit: count })).slice(700, 720));
});

test('names are looked up of the rows of a page alone, however many are passed over', async () => {
  const steps = await planOf({ sort: 'cliente', offset: 1500 });
  expect(steps[1]).toMatch(/^SCAN connection USING COVERING INDEX/);
});

test('one customer is looked up, not looked for', async () => {
  expect((await planOf({ id_usuario: 7, sort: 'cliente' }))[0]).toBe('SEARCH connection USING INDEX connection_by_customer (id_usuario=?)');
  expect(await ids({ id_usuario: 7 })).toEqual([7]);
});

describe('a search', () => {
  test.each<[string, number[]]>([
    ['user1999@', [1999]],
    ['USER1999@isp', [1999]],
    ['10.0.7.207', [1999]],
    ['4c:5e:0c:00:07:cf', [1999]],
    ['4C-5E-0C-00-07-CF', [1999]],
    ['4c5e0c0007cf', [1999]],
    ['4c5e.0c00.07cf', [1999]],
    ['0c:00:07:cf', [1999]],
    ['5e:0c:00:07:c', [1984, 1985, 1986, 1987, 1988, 1989, 1990, 1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998, 1999]],
    ['jose 1995', [1995]],
    ['1995 GARCÍA', [1995]],
    ['garcia lucia', []],
    ['munoz 10.0.7.20', [1996]],
    ['nothing like it', []],
    ['zz', []],
    ['ar', []],
    ['ga 1995', [1995]],
    ['g 1995.', []],
    ['lu pe', []],
    ['"', []],
    ['. 1995', []],
    ['[ 1995', []],
    ['user1999" OR "user', []],
    ['*', []],
    ["'; DROP TABLE connection; --", []],
    ['%', []],
  ])('for %j finds %j', async (query, found) => {
    expect(await ids({ query })).toEqual(found);
  });

  test.each(connectionSorts)('in the order %s finds the same as looking at every one, page by page, few matches or many', async (sort) => {
    const whole = await listConnections(db, asked({ sort, limit: count }));
    for (const query of ['garcia', 'user1', '10.0', 'a', 'z 5', 'ga', 'u 4c', '10 gil', 'ruiz 10.0.1.']) {
      const words = query.split(' ');
      const expected = whole.connections
        .filter((row) =>
          words.every((word) =>
            [foldText(row.cliente), row.direccion_ip, row.usuario_ppp, row.mac?.toLowerCase().replaceAll(':', '')].some((text) =>
              word.length < 3 ? ` ${text}`.includes(` ${word}`) : text?.includes(word),
            ),
          ),
        )
        .map(({ id_conexion }) => id_conexion);
      const paged: number[] = [];
      let after: PagePosition | undefined;
      do {
        const page = await listConnections(db, asked({ sort, query, after, limit: 97 }));
        paged.push(...page.connections.map(({ id_conexion }) => id_conexion));
        after = page.next;
      } while (after);
      expect([query, paged]).toEqual([query, expected]);
    }
  });

  test('keeps to the filters', async () => {
    const rows = await ids({ query: 'garcia', estado: 'suspendida', limit: count });
    expect(rows).toEqual(Array.from({ length: count }, (_, index) => index + 1).filter((n) => n % 50 === 0 && n % names.length === 0));
  });
});

// From the lines of a file to connections that can be made: every value checked, every name looked up, every conflict found before anything is written.
import { type CustomerResource, type NewCustomer, newConnectionSchema, newCustomerSchema } from '@relevo/protocol';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { HubDatabase } from '../../database/database.ts';
import { issueTexts } from '../../http/issue-texts.ts';
import { foldText } from '../fold-text.ts';
import { type Column, cellText, exportedColumns } from './columns.ts';
import type { ImportErrors } from './import-errors.ts';
import type { CsvLine } from './read-csv.ts';
import { findTaken, pppKey, takenTexts } from './taken.ts';

/** Who the connection of a line belongs to: by `id`, or, until there is one, to be made. */
export interface LineCustomer {
  id?: number | undefined;
  make?: NewCustomer;
}

/** A line that can be imported, as far as was known when it was checked. */
export interface CheckedLine {
  line: number;
  /** Lines of the same new customer share it. */
  customer: LineCustomer;
  connection: z.output<typeof connectionCells> & { id_router: number | null; id_servicio: number | null };
}

type Cells = Partial<Record<Column, string>>;

const connectionCells = newConnectionSchema.pick({ direccion_ip: true, usuario_ppp: true, mac: true, estado: true });
/** Columns that an export has for people, and an import passes over. */
const passedOver: readonly string[] = ['id_conexion', 'created_at', 'updated_at'];

const columnsThere = { en: `columns are ${exportedColumns.join(', ')}`, es: `las columnas son ${exportedColumns.join(', ')}` };
const oneIsNeeded = { en: 'one of id_usuario, documento and cliente is needed', es: 'hace falta una de id_usuario, documento y cliente' };

/** Reads the header. Undefined, and the errors told, when no line can be understood by it. */
export function readHeader({ line, cells }: CsvLine, errors: ImportErrors): (Column | undefined)[] | undefined {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const before = errors.total;
  for (const [index, name] of names.entries()) {
    if (!exportedColumns.some((column) => column === name)) errors.add(line, 'column_unknown', name, columnsThere);
    else if (names.indexOf(name) !== index) errors.add(line, 'column_repeated', name);
  }
  if (!names.includes('direccion_ip')) errors.add(line, 'column_missing', 'direccion_ip');
  if (!['id_usuario', 'documento', 'cliente'].some((name) => names.includes(name))) {
    errors.add(line, 'column_missing', 'cliente', oneIsNeeded);
  }
  if (errors.total > before) return undefined;
  return names.map((name) => exportedColumns.find((column) => column === name && !passedOver.includes(name)));
}

export class LineChecker {
  readonly #db: HubDatabase;
  readonly #columns: readonly (Column | undefined)[];
  readonly #errors: ImportErrors;
  readonly #addresses = new Map<string, number>();
  readonly #pppUsers = new Map<string, number>();
  readonly #newCustomers = new Map<string, LineCustomer>();
  #routers = new Map<string, number>();
  #services = new Map<string, number>();

  constructor(db: HubDatabase, columns: readonly (Column | undefined)[], errors: ImportErrors) {
    this.#db = db;
    this.#columns = columns;
    this.#errors = errors;
  }

  /** Reads the names of routers and services, of which there are few. */
  async open(): Promise<void> {
    const routers = await this.#db.selectFrom('router').select(['id_router', 'nombre_folded']).execute();
    const services = await this.#db.selectFrom('service').select(['id_servicio', 'nombre_folded']).execute();
    this.#routers = namesAndIds(routers.map(({ id_router, nombre_folded }) => [nombre_folded, id_router]));
    this.#services = namesAndIds(services.map(({ id_servicio, nombre_folded }) => [nombre_folded, id_servicio]));
  }

  /** The lines of a batch that can be imported; what is wrong with the others was told to the errors. */
  async check(batch: readonly CsvLine[]): Promise<CheckedLine[]> {
    const lines = batch.flatMap((line) => this.#cellsOf(line) ?? []);
    const customers = await findCustomers(
      this.#db,
      lines.map(({ cells }) => cells),
    );
    const parsed = lines.flatMap(({ line, cells }) => this.#parse(line, cells, customers) ?? []);
    return this.#withoutTaken(parsed);
  }

  #cellsOf({ line, cells: given }: CsvLine): { line: number; cells: Cells } | undefined {
    if (given.length !== this.#columns.length) {
      const [has, first] = [given.length, this.#columns.length];
      this.#errors.add(line, 'cells_missing', null, {
        en: `cells of the line: ${has}; of the first one: ${first}`,
        es: `celdas de la línea: ${has}; de la primera: ${first}`,
      });
      return undefined;
    }
    const cells: Cells = {};
    for (const [index, column] of this.#columns.entries()) {
      const text = cellText(given[index] ?? '');
      if (column && text !== '') cells[column] = text;
    }
    return { line, cells };
  }

  #parse(line: number, cells: Cells, customers: KnownCustomers): CheckedLine | undefined {
    const { direccion_ip = '', usuario_ppp, mac, estado } = cells;
    const parsed = connectionCells.safeParse({ direccion_ip, usuario_ppp, mac, estado: estado?.toLowerCase() });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      this.#errors.add(line, 'value_invalid', String(issue?.path[0] ?? ''), issue && issueTexts(issue));
      return undefined;
    }
    const customer = this.#customerOf(line, cells, customers);
    const id_router = this.#idOf(line, cells, 'router', this.#routers);
    const id_servicio = this.#idOf(line, cells, 'servicio', this.#services);
    if (!customer || id_router === undefined || id_servicio === undefined) return undefined;
    return { line, customer, connection: { ...parsed.data, id_router, id_servicio } };
  }

  /** By number, else by name; null when the line names none, undefined when it names what is not there. */
  #idOf(line: number, cells: Cells, kind: 'router' | 'servicio', known: ReadonlyMap<string, number>): number | null | undefined {
    const byId = cells[`id_${kind}`];
    const byName = cells[kind];
    if (byId === undefined && byName === undefined) return null;
    const id = byId === undefined ? known.get(`name ${foldText(byName ?? '')}`) : known.get(`id ${byId}`);
    if (id === undefined)
      this.#errors.add(line, 'record_unknown', byId === undefined ? kind : `id_${kind}`, {
        en: `there is no ${byId ?? byName}`,
        es: `no existe ${byId ?? byName}`,
      });
    return id;
  }

  /** By number, else by document, else by name; one that is not there under a document or name is made. */
  #customerOf(line: number, cells: Cells, known: KnownCustomers): CheckedLine['customer'] | undefined {
    const { id_usuario, documento, cliente } = cells;
    if (id_usuario !== undefined) {
      if (known.ids.has(id_usuario)) return { id: Number(id_usuario) };
      this.#errors.add(line, 'record_unknown', 'id_usuario', { en: `there is no customer ${id_usuario}`, es: `no existe el cliente ${id_usuario}` });
      return undefined;
    }
    const [column, key, found] =
      documento !== undefined
        ? (['documento', `document ${documento}`, known.documents.get(documento)] as const)
        : (['cliente', `name ${foldText(cliente ?? '')}`, known.names.get(foldText(cliente ?? ''))] as const);
    if (found !== undefined && found.length > 1) {
      const some = found.slice(0, 5).join(', ');
      this.#errors.add(line, 'record_ambiguous', column, {
        en: `customers ${some} have it; say which by id_usuario`,
        es: `lo tienen los clientes ${some}; di cuál con id_usuario`,
      });
      return undefined;
    }
    const [id] = found ?? [];
    if (id !== undefined) return { id };
    const making = this.#newCustomers.get(key);
    if (making) return making;
    const { telefono, email, direccion } = cells;
    const parsed = newCustomerSchema.safeParse({ nombre: cliente ?? '', documento, telefono, email, direccion });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const member = String(issue?.path[0] ?? '');
      this.#errors.add(line, 'value_invalid', member === 'nombre' ? 'cliente' : member, issue && issueTexts(issue));
      return undefined;
    }
    const make = { make: parsed.data };
    this.#newCustomers.set(key, make);
    return make;
  }

  /** Addresses and PPP users are one's only: in the file, and among the records. */
  async #withoutTaken(lines: readonly CheckedLine[]): Promise<CheckedLine[]> {
    const taken = await findTaken(
      this.#db,
      lines.map(({ connection }) => connection),
    );
    return lines.filter(({ line, connection }) => {
      const { direccion_ip } = connection;
      const user = pppKey(connection);
      const sameAddress = this.#addresses.get(direccion_ip);
      const sameUser = user === undefined ? undefined : this.#pppUsers.get(user);
      if (sameAddress !== undefined)
        this.#errors.add(line, 'value_repeated', 'direccion_ip', {
          en: `${direccion_ip} is also in line ${sameAddress}`,
          es: `${direccion_ip} está también en la línea ${sameAddress}`,
        });
      else if (sameUser !== undefined)
        this.#errors.add(line, 'value_repeated', 'usuario_ppp', {
          en: `${connection.usuario_ppp} is also in line ${sameUser}, on the same router`,
          es: `${connection.usuario_ppp} está también en la línea ${sameUser}, en el mismo router`,
        });
      else if (taken.addresses.has(direccion_ip)) this.#errors.add(line, 'record_exists', 'direccion_ip', takenTexts(connection, 'direccion_ip'));
      else if (user !== undefined && taken.pppUsers.has(user)) this.#errors.add(line, 'record_exists', 'usuario_ppp', takenTexts(connection, 'usuario_ppp'));
      else {
        this.#addresses.set(direccion_ip, line);
        if (user !== undefined) this.#pppUsers.set(user, line);
        return true;
      }
      return false;
    });
  }
}

function namesAndIds(rows: readonly (readonly [string, number])[]): Map<string, number> {
  return new Map(rows.flatMap(([name, id]) => [[`name ${name}`, id] as const, [`id ${id}`, id] as const]));
}

interface KnownCustomers {
  ids: ReadonlySet<string>;
  documents: ReadonlyMap<string, number[]>;
  names: ReadonlyMap<string, number[]>;
}

/** The customers that the cells may mean. */
async function findCustomers(db: HubDatabase, lines: readonly Cells[]): Promise<KnownCustomers> {
  const among = (column: keyof CustomerResource | 'nombre_folded', values: readonly string[]) =>
    db
      .selectFrom('customer')
      .select(['id_usuario', 'documento', 'nombre_folded'])
      .where(sql<boolean>`${sql.ref(column)} IN (SELECT value FROM json_each(${JSON.stringify([...new Set(values)])}))`)
      .execute();
  const ids = await among(
    'id_usuario',
    lines.flatMap(({ id_usuario }) => (id_usuario !== undefined && /^[1-9]\d{0,14}$/.test(id_usuario) ? [id_usuario] : [])),
  );
  const byDocument = await among(
    'documento',
    lines.flatMap(({ documento }) => documento ?? []),
  );
  const byName = await among(
    'nombre_folded',
    lines.flatMap(({ documento, cliente }) => (documento === undefined && cliente !== undefined ? [foldText(cliente)] : [])),
  );
  const grouped = (rows: typeof ids, key: (row: (typeof ids)[number]) => string) => {
    const groups = new Map<string, number[]>();
    for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row.id_usuario]);
    return groups;
  };
  return {
    ids: new Set(ids.map(({ id_usuario }) => String(id_usuario))),
    documents: grouped(byDocument, ({ documento }) => documento ?? ''),
    names: grouped(byName, ({ nombre_folded }) => nombre_folded),
  };
}

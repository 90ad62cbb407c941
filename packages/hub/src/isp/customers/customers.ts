// Customers: who the ISP's connections belong to.
import type { CustomerChanges, CustomerResource, NewCustomer } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { type Selectable, sql } from 'kysely';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { CustomerTable } from '../../database/isp-schema.ts';
import type { Actor } from '../actor.ts';
import { changedMembers } from '../changed-members.ts';
import { foldText } from '../fold-text.ts';
import { afterPosition, allOf, orderBy, orderOf, type PagePlace, type PagePosition } from '../list-page.ts';
import { searchConditions, searchedTable, searchText } from '../text-search.ts';

export const customerSorts = ['id_usuario', '-id_usuario', 'nombre', '-nombre'] as const;
const sortColumns = { nombre: 'customer.nombre_folded' };

export interface CustomerQuery extends PagePlace {
  query: string;
  sort: (typeof customerSorts)[number];
  limit: number;
}

export interface CustomerPage {
  customers: CustomerResource[];
  next: PagePosition | undefined;
  /** How many there are in all; only where an offset was asked for. */
  total: number | undefined;
}

type CustomerRow = Omit<Selectable<CustomerTable>, 'search_text'>;

export class Customers {
  readonly #db: HubDatabase;
  readonly #audit: AuditLog;

  constructor(db: HubDatabase, audit: AuditLog) {
    this.#db = db;
    this.#audit = audit;
  }

  async list({ query, sort, after, offset, limit }: CustomerQuery): Promise<CustomerPage> {
    const order = orderOf(sort, sortColumns, 'customer.id_usuario');
    const search = await searchText(this.#db, 'customer', query, order);
    const table = searchedTable('customer', 'id_usuario', search);
    const found = searchConditions('customer', search);
    const conditions = [...found, ...(after ? [afterPosition(order, after)] : [])];
    // One more than asked tells whether there is a next page.
    const { rows } = await sql<CustomerRow>`
      SELECT ${members} FROM ${table} WHERE ${allOf(conditions)} ORDER BY ${orderBy(order)} LIMIT ${limit + 1} OFFSET ${offset ?? 0}`.execute(this.#db);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const counted =
      offset === undefined ? undefined : await sql<{ total: number }>`SELECT count(*) AS total FROM ${table} WHERE ${allOf(found)}`.execute(this.#db);
    return {
      customers: page.map(resource),
      next: last && { value: order.column === undefined ? null : last.nombre_folded, id: last.id_usuario },
      total: counted?.rows[0]?.total,
    };
  }

  /** @throws ProblemError not_found */
  async get(id: number): Promise<CustomerResource> {
    return resource(await find(this.#db, id));
  }

  /** Those of `ids` that are there, by id. */
  async byId(ids: readonly number[]): Promise<Map<number, CustomerResource>> {
    const rows = await this.#db
      .selectFrom('customer')
      .selectAll()
      .where(sql<boolean>`id_usuario IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .execute();
    return new Map(rows.map((row) => [row.id_usuario, resource(row)]));
  }

  async create(by: Actor, customer: NewCustomer): Promise<CustomerResource> {
    const now = new Date().toISOString();
    return this.#db.transaction().execute(async (transaction) => {
      const made = resource(await transaction.insertInto('customer').values(customerRow(customer, now)).returningAll().executeTakeFirstOrThrow());
      await this.#audit.record(transaction, { by, action: 'cliente.crear', subject: subjectOf(made), after: made });
      return made;
    });
  }

  /** @throws ProblemError not_found */
  async update(by: Actor, id: number, changes: CustomerChanges): Promise<CustomerResource> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await find(transaction, id);
      const { nombre, documento, telefono, email, direccion } = changes;
      const changed = changedMembers(row, { nombre, documento, telefono, email, direccion });
      if (!changed) return resource(row);
      const folded = changed.after.nombre === undefined ? {} : { nombre_folded: foldText(changed.after.nombre) };
      const after = await transaction
        .updateTable('customer')
        .set({ ...changed.after, ...folded, updated_at: new Date().toISOString() })
        .where('id_usuario', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await this.#audit.record(transaction, { by, action: 'cliente.modificar', subject: subjectOf(after), ...changed });
      return resource(after);
    });
  }

  /** Deletes a customer that no connection belongs to, removed ones included: their history names it. @throws ProblemError not_found, record_in_use */
  async delete(by: Actor, id: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const row = await find(transaction, id);
      const connection = await transaction.selectFrom('connection').select('id_conexion').where('id_usuario', '=', id).limit(1).executeTakeFirst();
      if (connection) throw new ProblemError('record_in_use', `connection ${connection.id_conexion} belongs to customer ${id}`);
      await transaction.deleteFrom('customer').where('id_usuario', '=', id).execute();
      await this.#audit.record(transaction, { by, action: 'cliente.eliminar', subject: subjectOf(row), before: resource(row) });
    });
  }
}

/** A new row; what is absent is null. */
export function customerRow({ nombre, documento = null, telefono = null, email = null, direccion = null }: NewCustomer, now: string) {
  return { nombre, nombre_folded: foldText(nombre), documento, telefono, email, direccion, created_at: now, updated_at: now };
}

const members = sql.raw(
  ['id_usuario', 'nombre', 'nombre_folded', 'documento', 'telefono', 'email', 'direccion', 'created_at', 'updated_at']
    .map((name) => `customer.${name}`)
    .join(', '),
);

async function find(db: HubDatabase, id: number): Promise<CustomerRow> {
  const row = await db.selectFrom('customer').selectAll().where('id_usuario', '=', id).executeTakeFirst();
  if (!row) throw new ProblemError('not_found', `there is no customer ${id}`);
  return row;
}

function subjectOf({ id_usuario, nombre }: { id_usuario: number; nombre: string }) {
  return { kind: 'cliente', id: id_usuario, title: nombre };
}

function resource({ id_usuario, nombre, documento, telefono, email, direccion, created_at, updated_at }: CustomerRow): CustomerResource {
  return { id_usuario, nombre, documento, telefono, email, direccion, created_at, updated_at };
}

// Services: what a connection is assigned, by name, rate and price. There are few, so a list is read whole.
import type { NewService, ServiceChanges, ServiceResource } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { Selectable } from 'kysely';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { ServiceTable } from '../../database/isp-schema.ts';
import type { Actor } from '../actor.ts';
import { changedMembers } from '../changed-members.ts';
import { livingConnection } from '../connections/connection-rows.ts';
import { foldText } from '../fold-text.ts';
import type { PagePosition } from '../list-page.ts';
import { recordExists } from '../record-problems.ts';

export interface ServicePage {
  services: ServiceResource[];
  next: PagePosition | undefined;
}

type ServiceRow = Selectable<ServiceTable>;

export class Services {
  readonly #db: HubDatabase;
  readonly #audit: AuditLog;

  constructor(db: HubDatabase, audit: AuditLog) {
    this.#db = db;
    this.#audit = audit;
  }

  /** By name. */
  async list({ query, after, limit }: { query: string; after: PagePosition | undefined; limit: number }): Promise<ServicePage> {
    let select = this.#db
      .selectFrom('service')
      .selectAll()
      .orderBy('nombre_folded')
      .limit(limit + 1);
    if (after?.value != null) select = select.where('nombre_folded', '>', after.value);
    for (const word of foldText(query).split(/\s+/))
      if (word !== '') select = select.where((where) => where(where.fn('instr', ['nombre_folded', where.val(word)]), '>', 0));
    const rows = await select.execute();
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { services: page.map(resource), next: last && { value: last.nombre_folded, id: last.id_servicio } };
  }

  /** @throws ProblemError not_found */
  async get(id: number): Promise<ServiceResource> {
    return resource(await find(this.#db, id));
  }

  /** @throws ProblemError record_exists */
  async create(by: Actor, service: NewService): Promise<ServiceResource> {
    const now = new Date().toISOString();
    return this.#db.transaction().execute(async (transaction) => {
      await assertNameFree(transaction, service.nombre);
      const made = resource(await transaction.insertInto('service').values(serviceRow(service, now)).returningAll().executeTakeFirstOrThrow());
      await this.#audit.record(transaction, { by, action: 'servicio.crear', subject: subjectOf(made), after: made });
      return made;
    });
  }

  /** @throws ProblemError not_found, record_exists */
  async update(by: Actor, id: number, { nombre, bajada_kbps, subida_kbps, precio }: ServiceChanges): Promise<ServiceResource> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await find(transaction, id);
      const before = resource(row);
      const changed = changedMembers(before, { nombre, bajada_kbps, subida_kbps, precio: precio === undefined ? undefined : centsOf(precio) / 100 });
      if (!changed) return before;
      if (nombre !== undefined) await assertNameFree(transaction, nombre, id);
      const { precio: price, ...rest } = changed.after;
      const after = await transaction
        .updateTable('service')
        .set({
          ...rest,
          ...(rest.nombre !== undefined && { nombre_folded: foldText(rest.nombre) }),
          ...(price !== undefined && { precio_cents: centsOf(price) }),
          updated_at: new Date().toISOString(),
        })
        .where('id_servicio', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await this.#audit.record(transaction, { by, action: 'servicio.modificar', subject: subjectOf(after), ...changed });
      return resource(after);
    });
  }

  /** Deletes a service that no connection has; removed connections forget it. @throws ProblemError not_found, record_in_use */
  async delete(by: Actor, id: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const row = await find(transaction, id);
      const user = await transaction
        .selectFrom('connection')
        .select('id_conexion')
        .where('id_servicio', '=', id)
        .where(livingConnection)
        .limit(1)
        .executeTakeFirst();
      if (user) throw new ProblemError('record_in_use', `connection ${user.id_conexion} has service ${id}`);
      await transaction.updateTable('connection').set({ id_servicio: null }).where('id_servicio', '=', id).execute();
      await transaction.deleteFrom('service').where('id_servicio', '=', id).execute();
      await this.#audit.record(transaction, { by, action: 'servicio.eliminar', subject: subjectOf(row), before: resource(row) });
    });
  }
}

/** A new row; what is absent is not limited, and free. */
export function serviceRow({ nombre, bajada_kbps = null, subida_kbps = null, precio = 0 }: NewService, now: string) {
  return { nombre, nombre_folded: foldText(nombre), bajada_kbps, subida_kbps, precio_cents: centsOf(precio), created_at: now, updated_at: now };
}

function centsOf(price: number): number {
  return Math.round(price * 100);
}

async function find(db: HubDatabase, id: number): Promise<ServiceRow> {
  const row = await db.selectFrom('service').selectAll().where('id_servicio', '=', id).executeTakeFirst();
  if (!row) throw new ProblemError('not_found', `there is no service ${id}`);
  return row;
}

async function assertNameFree(db: HubDatabase, name: string, except?: number): Promise<void> {
  const other = await db.selectFrom('service').select('id_servicio').where('nombre_folded', '=', foldText(name)).executeTakeFirst();
  if (other && other.id_servicio !== except) throw recordExists('nombre', name, other.id_servicio);
}

function subjectOf({ id_servicio, nombre }: { id_servicio: number; nombre: string }) {
  return { kind: 'servicio', id: id_servicio, title: nombre };
}

function resource({ id_servicio, nombre, bajada_kbps, subida_kbps, precio_cents, created_at, updated_at }: ServiceRow): ServiceResource {
  return { id_servicio, nombre, bajada_kbps, subida_kbps, precio: precio_cents / 100, created_at, updated_at };
}

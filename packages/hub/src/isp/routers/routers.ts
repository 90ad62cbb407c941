// Routers: where they are, through which agent they are reached, and whether they were when it was last tried.
import type { Language, NewRouter, RouterChanges, RouterResource } from '@relevo/protocol';
import { ProblemError, preparedQuery } from '@relevo/runtime';
import type { Selectable } from 'kysely';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { RouterTable } from '../../database/isp-schema.ts';
import type { Actor } from '../actor.ts';
import { changedMembers } from '../changed-members.ts';
import { livingConnection } from '../connections/connection-rows.ts';
import type { RouterCredentials } from '../credentials/router-credentials.ts';
import { foldText } from '../fold-text.ts';
import { keptText, saidOf } from '../kept-text.ts';
import type { PagePosition } from '../list-page.ts';
import { recordExists, recordUnknown } from '../record-problems.ts';
import type { SaidText } from '../works/step-rows.ts';
import { addressOf, newAddress } from './router-address.ts';

export interface RouterQuery {
  query: string;
  agentId: string | undefined;
  after: PagePosition | undefined;
  limit: number;
  language: Language;
}

export interface RouterPage {
  routers: RouterResource[];
  next: PagePosition | undefined;
}

/** What trying to reach a router showed. */
export type Reached = { estado: 'alcanzable' } | { estado: 'inalcanzable'; text: SaidText };

type RouterRow = Selectable<RouterTable> & { has_credentials: number; conexiones: number };

export class Routers {
  readonly #db: HubDatabase;
  readonly #audit: AuditLog;
  readonly #credentials: RouterCredentials;

  constructor(db: HubDatabase, audit: AuditLog, credentials: RouterCredentials) {
    this.#db = db;
    this.#audit = audit;
    this.#credentials = credentials;
  }

  /** By name. */
  async list({ query, agentId, after, limit, language }: RouterQuery): Promise<RouterPage> {
    let select = routers(this.#db)
      .orderBy('nombre_folded')
      .limit(limit + 1);
    if (after?.value != null) select = select.where('nombre_folded', '>', after.value);
    if (agentId !== undefined) select = select.where('agent_id', '=', agentId);
    for (const word of foldText(query).split(/\s+/)) {
      if (word === '') continue;
      select = select.where((where) =>
        where.or([where(where.fn('instr', ['nombre_folded', where.val(word)]), '>', 0), where(where.fn('instr', ['host', where.val(word)]), '>', 0)]),
      );
    }
    const rows = await select.execute();
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { routers: page.map((row) => resource(row, language)), next: last && { value: last.nombre_folded, id: last.id_router } };
  }

  /** @throws ProblemError not_found */
  async get(id: number, language: Language): Promise<RouterResource> {
    return resource(await find(this.#db, id), language);
  }

  /** @throws ProblemError invalid_request, record_exists, record_unknown */
  async create(by: Actor, router: NewRouter, language: Language): Promise<RouterResource> {
    const row = routerRow(router, new Date().toISOString());
    return this.#db.transaction().execute(async (transaction) => {
      await assertNameFree(transaction, row.nombre);
      await assertAgentKnown(transaction, row.agent_id);
      const { id_router } = await transaction.insertInto('router').values(row).returning('id_router').executeTakeFirstOrThrow();
      if (router.credentials) await this.#credentials.write(transaction, id_router, router.credentials);
      const made = resource(await find(transaction, id_router), language);
      await this.#audit.record(transaction, { by, action: 'router.crear', subject: subjectOf(made), after: made });
      return made;
    });
  }

  /** A change of where the router is, or how it is signed in to, makes it untried again. @throws ProblemError not_found, invalid_request, record_exists, record_unknown, credentials_unreadable */
  async update(by: Actor, id: number, changes: RouterChanges, language: Language): Promise<RouterResource> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await find(transaction, id);
      const { nombre, agent_id, host, pin, credentials } = changes;
      const changed = changedMembers<Selectable<RouterTable>>(row, { nombre, agent_id, host, pin, ...newAddress(row, changes) });
      if (!changed && credentials === undefined) return resource(row, language);
      if (nombre !== undefined) await assertNameFree(transaction, nombre, id);
      if (agent_id !== undefined && agent_id !== row.agent_id) await assertAgentKnown(transaction, agent_id);
      if (credentials !== undefined) await this.#credentials.write(transaction, id, credentials && (await this.#withUser(transaction, id, credentials)));
      const onlyName = credentials === undefined && Object.keys(changed?.after ?? {}).every((name) => name === 'nombre');
      await transaction
        .updateTable('router')
        .set({
          ...changed?.after,
          ...(nombre !== undefined && { nombre_folded: foldText(nombre) }),
          ...(!onlyName && untried),
          updated_at: new Date().toISOString(),
        })
        .where('id_router', '=', id)
        .execute();
      const after = resource(await find(transaction, id), language);
      // That they changed, never what they are.
      const said = credentials === undefined ? {} : { credentials: credentials === null ? 'removed' : 'changed' };
      const audited = { before: changed?.before ?? {}, after: { ...changed?.after, ...said } };
      await this.#audit.record(transaction, { by, action: 'router.modificar', subject: subjectOf(after), ...audited });
      return after;
    });
  }

  /** A new secret for the user that is kept, unless another one is named. @throws ProblemError invalid_request, credentials_unreadable */
  async #withUser(transaction: HubDatabase, id: number, { username, ...secret }: NonNullable<RouterChanges['credentials']>) {
    const user = username ?? (await this.#credentials.open(id, transaction))?.username;
    if (user === undefined) throw new ProblemError('invalid_request', `credentials.username: router ${id} has no credentials yet, so it is needed`);
    return { username: user, ...secret };
  }

  /** Deletes a router that no connection is on; removed connections forget it. @throws ProblemError not_found, record_in_use */
  async delete(by: Actor, id: number, language: Language): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const before = resource(await find(transaction, id), language);
      if (before.conexiones > 0) throw new ProblemError('record_in_use', `${before.conexiones} connections are on router ${id}`);
      await transaction.updateTable('connection').set({ id_router: null }).where('id_router', '=', id).execute();
      await transaction.deleteFrom('router').where('id_router', '=', id).execute();
      await this.#audit.record(transaction, { by, action: 'router.eliminar', subject: subjectOf(before), before });
    });
  }

  /** Notes what trying to reach it showed, inside a transaction. Does nothing when there is no such router. */
  async reached(transaction: HubDatabase, id: number, reached: Reached): Promise<void> {
    const error = reached.estado === 'inalcanzable' ? keptText(reached.text) : null;
    await updateReached(transaction, { id, estado: reached.estado, error, comprobado_at: new Date().toISOString() });
  }
}

type ReachedMembers = Pick<Selectable<RouterTable>, 'estado' | 'error' | 'comprobado_at'>;

const updateReached = preparedQuery((db: HubDatabase, { id, ...set }: ReachedMembers & { id: number }) =>
  db.updateTable('router').set(set).where('id_router', '=', id).compile(),
);

const untried = { estado: 'sin_probar', comprobado_at: null, error: null } as const;

/** A new row; what is absent is the usual of its kind. @throws ProblemError invalid_request */
export function routerRow({ nombre, agent_id = null, tipo, host, port, scheme, pin = null, nft_set = null }: Omit<NewRouter, 'credentials'>, now: string) {
  return {
    nombre,
    nombre_folded: foldText(nombre),
    agent_id,
    host,
    pin,
    ...addressOf({ tipo, port, scheme, nft_set }),
    ...untried,
    created_at: now,
    updated_at: now,
  };
}

function routers(db: HubDatabase) {
  return db
    .selectFrom('router')
    .selectAll('router')
    .select((of) => [
      of
        .exists(of.selectFrom('router_credentials').select('sealed').whereRef('router_credentials.id_router', '=', 'router.id_router'))
        .$castTo<number>()
        .as('has_credentials'),
      of
        .selectFrom('connection')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('connection.id_router', '=', 'router.id_router')
        .where(livingConnection)
        .$asScalar()
        .$notNull()
        .as('conexiones'),
    ]);
}

async function find(db: HubDatabase, id: number): Promise<RouterRow> {
  const row = await routers(db).where('router.id_router', '=', id).executeTakeFirst();
  if (!row) throw new ProblemError('not_found', `there is no router ${id}`);
  return row;
}

async function assertNameFree(db: HubDatabase, name: string, except?: number): Promise<void> {
  const other = await db.selectFrom('router').select('id_router').where('nombre_folded', '=', foldText(name)).executeTakeFirst();
  if (other && other.id_router !== except) throw recordExists('nombre', name, other.id_router);
}

async function assertAgentKnown(db: HubDatabase, agentId: string | null): Promise<void> {
  if (agentId === null) return;
  const agent = await db.selectFrom('agent').select('status').where('id', '=', agentId).executeTakeFirst();
  if (!agent || agent.status === 'revoked') throw recordUnknown('agent_id', agentId);
}

function subjectOf({ id_router, nombre }: { id_router: number; nombre: string }) {
  return { kind: 'router', id: id_router, title: nombre };
}

function resource({ nombre_folded: _, has_credentials, ...row }: RouterRow, language: Language): RouterResource {
  return { ...row, ...saidOf(row.error, language), has_credentials: has_credentials === 1 };
}

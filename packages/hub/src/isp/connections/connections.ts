// Connections: which customer has which address on which router, under which service, and what happened to it.
import type { ConnectionChanges, ConnectionDetail, ConnectionResource, NewConnection } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import { LockByKey } from '../../files/lock-by-key.ts';
import type { Actor } from '../actor.ts';
import { changedMembers } from '../changed-members.ts';
import { recordUnknown } from '../record-problems.ts';
import { undoWindowOf } from '../removal/undo-window.ts';
import { isWorkedOn } from '../works/step-rows.ts';
import { type ConnectionPage, type ConnectionQuery, listConnections } from './connection-list.ts';
import { addConnection, assertConnectionFree, type ConnectionMembers, changeConnection, findConnection, historyOf } from './connection-rows.ts';
import { connectionSubject } from './connection-subject.ts';

/** Changes of one connection that are answered with it. */
const historyMax = 200;

export class Connections {
  readonly #db: HubDatabase;
  readonly #audit: AuditLog;
  readonly #undoMaxMs: number;
  readonly #turns = new LockByKey();

  /** `undoMaxMs`: ISP_UNDO_MAX_MS */
  constructor(db: HubDatabase, audit: AuditLog, undoMaxMs: number) {
    this.#db = db;
    this.#audit = audit;
    this.#undoMaxMs = undoMaxMs;
  }

  list(asked: ConnectionQuery): Promise<ConnectionPage> {
    return listConnections(this.#db, asked);
  }

  /** With its history, newest first, and whether a removal of it can be undone. @throws ProblemError not_found */
  async get(id: number): Promise<ConnectionDetail> {
    const connection = await findConnection(this.#db, id);
    const undo = await undoWindowOf(this.#db, connection, this.#undoMaxMs);
    return { ...connection, ...undo, historial: await historyOf(this.#db, id, historyMax) };
  }

  /** @throws ProblemError record_exists, record_unknown */
  async create(by: Actor, connection: NewConnection): Promise<ConnectionResource> {
    return this.#db.transaction().execute(async (transaction) => {
      await assertReferencesKnown(transaction, connection);
      await assertConnectionFree(transaction, connection);
      const id = await addConnection(transaction, connection, { que: 'creada', userId: by.userId });
      const made = await findConnection(transaction, id);
      await this.#audit.record(transaction, { by, action: 'conexion.crear', subject: connectionSubject(made), after: made });
      return made;
    });
  }

  /** Runs `work` when nothing else is being decided about the connection: a step that begins on it and a change of its record do not pass each other by. */
  inTurn<Result>(id: number, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.run(String(id), work);
  }

  /**
   * Corrects the record alone; nothing is done on a router. While an operation works on the connection nothing is changed: its router is being told what
   * the record said when the step began.
   * @throws ProblemError not_found, record_removed, connection_busy, record_exists, record_unknown
   */
  async update(by: Actor, id: number, changes: ConnectionChanges): Promise<ConnectionResource> {
    return this.inTurn(id, () => this.#update(by, id, changes));
  }

  async #update(by: Actor, id: number, changes: ConnectionChanges): Promise<ConnectionResource> {
    const { id_usuario, direccion_ip, usuario_ppp, mac, id_router, id_servicio, estado } = changes;
    return this.#db.transaction().execute(async (transaction) => {
      const row = await findConnection(transaction, id);
      if (row.estado === 'eliminada') throw new ProblemError('record_removed', `connection ${id} was removed`);
      const asked = definedOf({ id_usuario, direccion_ip, usuario_ppp, mac, id_router, id_servicio, estado });
      if (!changedMembers<ConnectionMembers>(row, asked)) return row;
      if (await isWorkedOn(transaction, id)) throw new ProblemError('connection_busy', `an operation works on connection ${id}; change it when that has ended`);
      await assertReferencesKnown(transaction, changes);
      await assertConnectionFree(transaction, { ...row, ...definedOf({ direccion_ip, usuario_ppp, id_router }) }, id);
      const changed = await changeConnection(transaction, id, asked, { que: 'modificada', userId: by.userId });
      if (!changed) return row;
      const after = await findConnection(transaction, id);
      await this.#audit.record(transaction, { by, action: 'conexion.modificar', subject: connectionSubject(after), ...changed });
      return after;
    });
  }
}

interface References {
  id_usuario?: number | undefined;
  id_router?: number | null | undefined;
  id_servicio?: number | null | undefined;
}

async function assertReferencesKnown(db: HubDatabase, { id_usuario, id_router, id_servicio }: References): Promise<void> {
  if (id_usuario !== undefined && !(await db.selectFrom('customer').select('id_usuario').where('id_usuario', '=', id_usuario).executeTakeFirst()))
    throw recordUnknown('id_usuario', id_usuario);
  if (id_router != null && !(await db.selectFrom('router').select('id_router').where('id_router', '=', id_router).executeTakeFirst()))
    throw recordUnknown('id_router', id_router);
  if (id_servicio != null && !(await db.selectFrom('service').select('id_servicio').where('id_servicio', '=', id_servicio).executeTakeFirst()))
    throw recordUnknown('id_servicio', id_servicio);
}

function definedOf<T extends object>(value: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

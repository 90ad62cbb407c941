// The audit log: who did what to what, when, and how it was before and after. An entry is written in the transaction of what it tells of.
import type { AuditEntry } from '@relevo/protocol';
import { preparedQuery } from '@relevo/runtime';
import type { Insertable } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { AuditEntryTable } from '../database/schema.ts';
import type { Caller, EndpointRequest } from '../http/endpoint.ts';

/** Who did it, and from where. */
export type Actor = Pick<Caller, 'userId' | 'email'> & { clientAddress?: string | undefined; requestId?: string | undefined };

/** Who sent a request. */
export function actorOf({
  caller,
  clientAddress,
  requestId,
}: Pick<EndpointRequest<unknown, unknown, unknown>, 'caller' | 'clientAddress' | 'requestId'>): Actor {
  return { userId: caller.userId, email: caller.email, clientAddress, requestId };
}

export interface NewAuditEntry {
  by: Actor;
  /** `subject.verb`, as `conexion.eliminar`. */
  action: string;
  subject: { kind: string; id: string | number; title: string };
  operationId?: string | undefined;
  before?: unknown;
  after?: unknown;
}

export interface AuditFilter {
  userId?: number | undefined;
  action?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
  operationId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Entries with a smaller id. */
  before?: number | undefined;
  limit: number;
}

/** How often old entries are forgotten, at most. */
const purgeIntervalMs = 3_600_000;

export class AuditLog {
  readonly #db: HubDatabase;
  readonly #historyMs: number;
  #purgedAt = 0;

  constructor(db: HubDatabase, historyMs: number) {
    this.#db = db;
    this.#historyMs = historyMs;
  }

  /** Writes an entry of what was done without a transaction. */
  note(entry: NewAuditEntry): Promise<void> {
    return this.record(this.#db, entry);
  }

  /** Writes an entry, inside the transaction that does what it tells of. */
  async record(transaction: HubDatabase, { by, action, subject, operationId, before, after }: NewAuditEntry): Promise<void> {
    const now = Date.now();
    await insertEntry(transaction, {
      at: new Date(now).toISOString(),
      user_id: by.userId,
      user_email: by.email,
      action,
      subject_kind: subject.kind,
      subject_id: String(subject.id),
      subject_title: subject.title,
      operation_id: operationId ?? null,
      request_id: by.requestId ?? null,
      client_address: by.clientAddress ?? null,
      before: jsonOf(before),
      after: jsonOf(after),
    });
    if (now - this.#purgedAt < purgeIntervalMs) return;
    this.#purgedAt = now;
    await transaction
      .deleteFrom('audit_entry')
      .where('at', '<', new Date(now - this.#historyMs).toISOString())
      .execute();
  }

  /** Newest first. */
  async list({ userId, action, subjectKind, subjectId, operationId, from, to, before, limit }: AuditFilter): Promise<AuditEntry[]> {
    let query = this.#db.selectFrom('audit_entry').selectAll().orderBy('id', 'desc').limit(limit);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    if (action !== undefined) query = query.where('action', '=', action);
    if (subjectKind !== undefined) query = query.where('subject_kind', '=', subjectKind);
    if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId);
    if (operationId !== undefined) query = query.where('operation_id', '=', operationId);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    if (before !== undefined) query = query.where('id', '<', before);
    return (await query.execute()).map(entryOf);
  }
}

const insertEntry = preparedQuery((db: HubDatabase, entry: Insertable<AuditEntryTable>) => db.insertInto('audit_entry').values(entry).compile());

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function entryOf(row: Omit<AuditEntryTable, 'id'> & { id: number }): AuditEntry {
  return { ...row, before: row.before === null ? null : JSON.parse(row.before), after: row.after === null ? null : JSON.parse(row.after) };
}

// What an import wrote, and what became of it: rows of their own, so that it can be taken back and asked about.
import type { Database } from 'bun:sqlite';
import type { OperationKey } from '@relevo/progress/engine';
import { ProblemError } from '@relevo/runtime';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { IspImportTable } from '../../database/isp-schema.ts';
import type { Actor } from '../actor.ts';
import type { CheckedLine } from './check-lines.ts';
import type { ImportError, ImportErrors } from './import-errors.ts';
import { ImportRows } from './import-rows.ts';
import { LineWriter } from './line-writer.ts';
import { takenTexts } from './taken.ts';

export interface ImportOutcome {
  operation_id: string;
  /** Lines of the file, the first and empty ones aside. */
  lines: number;
  /** Connections that were made, and are there. */
  imported: number;
  errors_total: number;
  /** The first of them. */
  errors: ImportError[];
  /** False while it runs. */
  ended: boolean;
}

export class ImportStore {
  readonly rows: ImportRows;
  readonly #db: HubDatabase;
  readonly #audit: AuditLog;
  readonly #lines: LineWriter;

  /** `connection`: the one under `db`. */
  constructor(db: HubDatabase, connection: Database, audit: AuditLog) {
    this.#db = db;
    this.#audit = audit;
    this.#lines = new LineWriter(connection);
    this.rows = new ImportRows(connection);
  }

  /** Notes a new import beside its operation, and forgets outcomes older than `historyMs`. */
  async begin(transaction: HubDatabase, key: OperationKey, partial: boolean, historyMs: number): Promise<void> {
    const now = Date.now();
    const old = new Date(now - historyMs).toISOString();
    await transaction.deleteFrom('isp_import').where('created_at', '<', old).where('ended', '=', 1).execute();
    const row = { lines: 0, imported: 0, errors_total: 0, errors: '[]', partial: partial ? 1 : 0, ended: 0, created_at: new Date(now).toISOString() };
    await transaction
      .insertInto('isp_import')
      .values({ ...keyColumns(key), ...row })
      .onConflict((conflict) => conflict.columns(['user_id', 'operation_id']).doUpdateSet(row))
      .execute();
  }

  async checked(key: OperationKey, lines: number, errors: ImportErrors): Promise<void> {
    await this.#update(this.#db, key, { lines, ...errorColumns(errors) });
  }

  /** Notes the end: what is there stays from now on, whatever rows tell of it. `audited`: it is told in the audit log. */
  async end(key: OperationKey, outcome: { imported?: number; errors?: ImportErrors } | undefined, audited?: { by: Actor; title: string }): Promise<void> {
    const { imported, errors } = outcome ?? {};
    await this.#db.transaction().execute(async (transaction) => {
      await this.#update(transaction, key, { ended: 1, ...(imported !== undefined && { imported }), ...(errors && errorColumns(errors)) });
      if (!audited) return;
      const subject = { kind: 'conexion', id: key.id, title: audited.title };
      await this.#audit.record(transaction, { by: audited.by, action: 'conexion.importar', subject, operationId: key.id, after: { imported } });
    });
  }

  async find(key: OperationKey): Promise<ImportOutcome | undefined> {
    const { user_id, operation_id } = keyColumns(key);
    const row = await this.#db.selectFrom('isp_import').selectAll().where('user_id', '=', user_id).where('operation_id', '=', operation_id).executeTakeFirst();
    if (!row) return undefined;
    const { lines, imported, errors_total, errors, ended } = row;
    return { operation_id, lines, imported, errors_total, errors: JSON.parse(errors), ended: ended === 1 };
  }

  async unfinished(): Promise<IspImportTable[]> {
    return this.#db.selectFrom('isp_import').selectAll().where('ended', '=', 0).execute();
  }

  /**
   * Writes lines in one transaction. @returns how many
   * @throws ProblemError record_exists when somebody else wrote what now stands in the way, unless `errors` takes such lines
   */
  async write(key: OperationKey, lines: readonly CheckedLine[], errors: ImportErrors | undefined): Promise<number> {
    const { made, conflicts, customers } = await this.#db.transaction().execute(async (transaction) => {
      const written = this.#lines.write(key, lines);
      const [first] = written.conflicts;
      if (first && !errors)
        throw new ProblemError('record_exists', `line ${first.line.line}, ${first.column}: ${takenTexts(first.line.connection, first.column).en}`);
      const { user_id, operation_id } = keyColumns(key);
      await transaction
        .updateTable('isp_import')
        .set((of) => ({ imported: of('imported', '+', written.made) }))
        .where('user_id', '=', user_id)
        .where('operation_id', '=', operation_id)
        .execute();
      return written;
    });
    for (const conflict of conflicts) errors?.add(conflict.line.line, 'record_exists', conflict.column, takenTexts(conflict.line.connection, conflict.column));
    // Only now do the new customers exist; the lines that follow share them.
    for (const [customer, id] of customers) customer.id = id;
    return made;
  }

  /** Deletes up to `limit` of what an import made, connections first; what somebody has worked on since stays. @returns whether there may be more */
  async takeBack(key: OperationKey, limit: number): Promise<boolean> {
    return this.#db.transaction().execute(async () => this.rows.takeBack(key, limit));
  }

  /** Forgets up to `limit` rows of an import that has ended. @returns whether there may be more */
  async forgetRows(key: OperationKey, limit: number): Promise<boolean> {
    return this.#db.transaction().execute(async () => this.rows.forget(key, limit));
  }

  async #update(db: HubDatabase, key: OperationKey, change: Partial<IspImportTable>): Promise<void> {
    const { user_id, operation_id } = keyColumns(key);
    await db.updateTable('isp_import').set(change).where('user_id', '=', user_id).where('operation_id', '=', operation_id).execute();
  }
}

/** Somebody has taken an address or PPP user since the lines were checked. */
function keyColumns({ userId, id }: OperationKey) {
  return { user_id: userId, operation_id: id };
}

function errorColumns({ kept, total }: ImportErrors) {
  return { errors_total: total, errors: JSON.stringify(kept.toSorted((a, b) => a.line - b.line)) };
}

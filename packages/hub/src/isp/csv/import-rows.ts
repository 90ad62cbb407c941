// The rows that say what an import made: by them it is taken back while it has not ended, and they are forgotten when it has, a portion at a time.
// Prepared statements, as there may be a hundred thousand of them.
import type { Database } from 'bun:sqlite';
import type { OperationKey } from '@relevo/progress/engine';

interface MadeRow {
  kind: string;
  id: number;
}

export class ImportRows {
  readonly #made;
  readonly #removeConnection;
  readonly #removeCustomer;
  readonly #forget;
  readonly #left;
  readonly #settled;

  constructor(connection: Database) {
    // In the order of the table: connections come before the customers that they belong to.
    this.#made = connection.prepare<MadeRow, [number, string, number]>(
      'SELECT kind, id FROM isp_import_row WHERE user_id = ? AND operation_id = ? ORDER BY kind, id LIMIT ?',
    );
    // What somebody has worked on since stays: it has more in its history than its making, or work on its router that came to no end yet.
    this.#removeConnection = connection.prepare<unknown, [number]>(`
      DELETE FROM connection WHERE id_conexion = ?1
        AND (SELECT count(*) FROM (SELECT 1 FROM connection_history WHERE id_conexion = ?1 LIMIT 2)) = 1
        AND NOT EXISTS (SELECT 1 FROM isp_step WHERE id_conexion = ?1 AND work <> 'inspect')`);
    this.#removeCustomer = connection.prepare<unknown, [number]>(
      'DELETE FROM customer WHERE id_usuario = ?1 AND NOT EXISTS (SELECT 1 FROM connection WHERE id_usuario = ?1)',
    );
    this.#forget = connection.prepare<unknown, [number, string, string, number]>(
      'DELETE FROM isp_import_row WHERE user_id = ? AND operation_id = ? AND (kind, id) <= (?, ?)',
    );
    this.#left = connection.prepare<{ rows: number }, [number, string]>('SELECT count(*) AS rows FROM isp_import_row WHERE user_id = ? AND operation_id = ?');
    this.#settled = connection.prepare<{ user_id: number; operation_id: string }, []>(`
      SELECT DISTINCT user_id, operation_id FROM isp_import_row AS made
      WHERE NOT EXISTS (SELECT 1 FROM isp_import AS import WHERE import.user_id = made.user_id AND import.operation_id = made.operation_id AND ended = 0)`);
  }

  /** Deletes up to `limit` of what the import made, inside a transaction of the caller. @returns whether there may be more */
  takeBack(key: OperationKey, limit: number): boolean {
    const rows = this.#made.all(key.userId, key.id, limit);
    for (const { kind, id } of rows) (kind === 'connection' ? this.#removeConnection : this.#removeCustomer).run(id);
    return this.#forgetUpTo(key, rows.at(-1));
  }

  /** Forgets up to `limit` of them: what was made stays. @returns whether there may be more */
  forget(key: OperationKey, limit: number): boolean {
    return this.#forgetUpTo(key, this.#made.all(key.userId, key.id, limit).at(-1));
  }

  /** How many there are. */
  left({ userId, id }: OperationKey): number {
    return this.#left.get(userId, id)?.rows ?? 0;
  }

  /** The imports that have ended, of which rows are left. */
  settled(): OperationKey[] {
    return this.#settled.all().map(({ user_id, operation_id }) => ({ userId: user_id, id: operation_id }));
  }

  #forgetUpTo({ userId, id }: OperationKey, last: MadeRow | undefined): boolean {
    if (!last) return false;
    this.#forget.run(userId, id, last.kind, last.id);
    return true;
  }
}

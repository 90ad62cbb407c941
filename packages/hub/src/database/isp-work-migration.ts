// The tables of the ISP's work on connections and routers: what was asked, how far it is, and what was taken and can be put back.
import { type Kysely, sql } from 'kysely';

export async function ispWork(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // What was asked for stands here before it is begun: a hub that was killed goes on from these rows.
    `CREATE TABLE isp_step (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, step TEXT NOT NULL, position INTEGER NOT NULL, work TEXT NOT NULL,
      id_conexion INTEGER, id_router INTEGER, request TEXT NOT NULL, state TEXT NOT NULL, code TEXT, text_values TEXT, result TEXT,
      user_email TEXT NOT NULL, request_id TEXT NOT NULL, client_address TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
      PRIMARY KEY (user_id, operation_id, step)) STRICT, WITHOUT ROWID`,
    // Spelled as `OR`: of these, SQLite sees that a query for one of the states is answered by the index; of `IN` it does not.
    // Spelled with `OR`: SQLite sees of these, but not of `IN`, that a query for one of the states is answered by the index.
    `CREATE INDEX isp_step_open ON isp_step (state, id_router, user_id, operation_id, position) WHERE state = 'queued' OR state = 'waiting' OR state = 'running'`,
    `CREATE INDEX isp_step_by_connection ON isp_step (id_conexion, work)`,
    `CREATE INDEX isp_step_by_time ON isp_step (updated_at)`,
    `CREATE TABLE connection_kept (
      id_conexion INTEGER NOT NULL REFERENCES connection (id_conexion) ON DELETE CASCADE, reason TEXT NOT NULL, id_router INTEGER, id_servicio INTEGER,
      estado TEXT, service_removed INTEGER NOT NULL, router_removed INTEGER NOT NULL, config_removed INTEGER NOT NULL, entries TEXT NOT NULL,
      at TEXT NOT NULL, PRIMARY KEY (id_conexion, reason)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX connection_kept_by_time ON connection_kept (reason, at)`,
    `CREATE TABLE router_comparison (
      id_router INTEGER PRIMARY KEY REFERENCES router (id_router) ON DELETE CASCADE, tried_at TEXT NOT NULL, compared_at TEXT, error TEXT,
      missing TEXT NOT NULL, unexpected TEXT NOT NULL) STRICT`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

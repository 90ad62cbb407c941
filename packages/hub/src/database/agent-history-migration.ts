// Tables of what agents did and when they were there.
import { type Kysely, sql } from 'kysely';

export async function agentHistory(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE agent_session (
      id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL REFERENCES agent (id), connected_at TEXT NOT NULL, ended_at TEXT, code INTEGER, reason TEXT) STRICT`,
    `CREATE INDEX agent_session_by_agent ON agent_session (agent_id, id)`,
    `CREATE INDEX agent_session_open ON agent_session (ended_at) WHERE ended_at IS NULL`,
    `CREATE TABLE agent_task_end (
      id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL REFERENCES agent (id), user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, step TEXT NOT NULL,
      kind TEXT NOT NULL, status TEXT NOT NULL, text TEXT NOT NULL, ended_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX agent_task_end_by_agent ON agent_task_end (agent_id, id)`,
    `CREATE INDEX agent_task_end_by_user ON agent_task_end (agent_id, user_id, id)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// The tables behind the figures over time, what moved and was said while operations ran, and which delivery is another one's retry.
import { type Kysely, sql } from 'kysely';

export async function activity(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE activity (
      bucket TEXT NOT NULL, user_id INTEGER NOT NULL, at TEXT NOT NULL, agents_online_min INTEGER, agents_online_max INTEGER, bytes_in INTEGER NOT NULL,
      bytes_out INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL, stopped INTEGER NOT NULL, PRIMARY KEY (bucket, user_id, at)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE operation_trace (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (user_id, operation_id),
      FOREIGN KEY (user_id, operation_id) REFERENCES operation (user_id, id) ON DELETE CASCADE) STRICT, WITHOUT ROWID`,
    `CREATE TABLE delivery_retry (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, retry_of TEXT NOT NULL, PRIMARY KEY (user_id, operation_id),
      FOREIGN KEY (user_id, operation_id) REFERENCES operation (user_id, id) ON DELETE CASCADE) STRICT, WITHOUT ROWID`,
    `CREATE INDEX delivery_retry_by_first ON delivery_retry (user_id, retry_of)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

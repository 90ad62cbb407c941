// What ended on an agent tells which of an operation's many tasks it was. Of what ended before, nobody knows.
import { type Kysely, sql } from 'kysely';

export async function taskSubjects(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE agent_task_end ADD COLUMN subject TEXT').execute(db);
}

// Small facts that the agent keeps about itself, by name.
import type { AgentDatabase } from './database.ts';

export async function readFact(db: AgentDatabase, name: string): Promise<string | undefined> {
  return (await db.selectFrom('agent_fact').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

export async function writeFact(db: AgentDatabase, name: string, value: string): Promise<void> {
  await db
    .insertInto('agent_fact')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

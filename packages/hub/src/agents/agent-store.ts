// Agents as the hub knows them: rows in its database. Whether one is online is not here but in `agent-links.ts`.
import { randomBytes } from 'node:crypto';
import type { Enrolment, HeldFile } from '@relevo/protocol';
import { preparedQuery } from '@relevo/runtime';
import type { HubDatabase } from '../database/database.ts';
import type { AgentTable } from '../database/schema.ts';
import type { HubTransaction } from '../operations/operation-journal.ts';

export interface AgentChange {
  name?: string | undefined;
  labels?: readonly string[] | undefined;
  status?: AgentTable['status'] | undefined;
}

export class AgentStore {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  async find(id: string): Promise<AgentTable | undefined> {
    const [agent] = await selectAgent(this.#db, { id });
    return agent;
  }

  async findByKey(publicKey: string): Promise<AgentTable | undefined> {
    return this.#db.selectFrom('agent').selectAll().where('public_key', '=', publicKey).executeTakeFirst();
  }

  /** Every agent with the number of tasks that wait for it or run on it, by name. */
  async list(): Promise<(AgentTable & { tasks_waiting: number })[]> {
    return this.#db
      .selectFrom('agent')
      .leftJoin(
        (from) =>
          from
            .selectFrom('agent_task')
            .select(['agent_id', (count) => count.fn.countAll<number>().as('tasks')])
            .groupBy('agent_id')
            .as('waiting'),
        (join) => join.onRef('waiting.agent_id', '=', 'agent.id'),
      )
      .selectAll('agent')
      .select((count) => count.fn.coalesce('waiting.tasks', count.lit(0)).as('tasks_waiting'))
      .orderBy('agent.name')
      .orderBy('agent.id')
      .execute() as Promise<(AgentTable & { tasks_waiting: number })[]>;
  }

  async insert(enrolment: Enrolment, status: 'pending' | 'approved', labels: readonly string[], at: string): Promise<string> {
    const id = randomBytes(9).toString('base64url');
    await this.#db
      .insertInto('agent')
      .values({ id, ...enrolment, status, labels: JSON.stringify(labels), last_seen_at: null, sealing_key: null, acked_seq: 0, task_seq: 0, created_at: at })
      .execute();
    return id;
  }

  async update(id: string, { name, labels, status }: AgentChange, db = this.#db): Promise<void> {
    const change = { ...(name !== undefined && { name }), ...(labels && { labels: JSON.stringify(labels) }), ...(status && { status }) };
    if (Object.keys(change).length > 0) await db.updateTable('agent').set(change).where('id', '=', id).execute();
  }

  async seen(id: string, at: string, traits: { version?: string; platform?: string; sealing_key?: string | null } = {}): Promise<void> {
    await this.#db
      .updateTable('agent')
      .set({ last_seen_at: at, ...traits })
      .where('id', '=', id)
      .execute();
  }

  async files(agentId: string): Promise<HeldFile[]> {
    return this.#db.selectFrom('agent_file').select(['name', 'size', 'sha256', 'received_at']).where('agent_id', '=', agentId).orderBy('name').execute();
  }

  /** The agents that hold these bytes under any name, those that were revoked too: the copies are still there. */
  async holders(sha256: string) {
    return this.#db
      .selectFrom('agent_file')
      .innerJoin('agent', 'agent.id', 'agent_file.agent_id')
      .select(['agent.id', 'agent.name', 'agent.status', 'agent_file.name as file_name', 'agent_file.received_at'])
      .where('agent_file.sha256', '=', sha256)
      .orderBy('agent.name')
      .orderBy('agent_file.name')
      .execute();
  }
}

const selectAgent = preparedQuery((db: HubDatabase, { id }: { id: string }) => db.selectFrom('agent').selectAll().where('id', '=', id).compile());

/** Notes inside the journal's transaction up to where the reports of an agent have come. */
export async function writeAckedSeq(transaction: HubTransaction, id: string, seq: number): Promise<void> {
  await updateAckedSeq(transaction, { id, seq });
}

const updateAckedSeq = preparedQuery((db: HubDatabase, { id, seq }: { id: string; seq: number }) =>
  db.updateTable('agent').set({ acked_seq: seq }).where('id', '=', id).compile(),
);

/** Notes inside the journal's transaction that the agent holds a file. */
export async function writeHeldFile(transaction: HubTransaction, agentId: string, file: HeldFile): Promise<void> {
  const row = { agent_id: agentId, ...file };
  await transaction
    .insertInto('agent_file')
    .values(row)
    .onConflict((conflict) => conflict.columns(['agent_id', 'name']).doUpdateSet({ size: row.size, sha256: row.sha256, received_at: row.received_at }))
    .execute();
}

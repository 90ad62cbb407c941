// When each agent was connected, and how each connection ended: what tells a good link from a bad one, and why an agent is away.
import { type AgentSession, closeCodes } from '@relevo/protocol';
import type { HubDatabase } from '../database/database.ts';

export class AgentSessions {
  readonly #db: HubDatabase;
  readonly #max: number;

  /** `max`: connections remembered of each agent. */
  constructor(db: HubDatabase, max: number) {
    this.#db = db;
    this.#max = max;
  }

  /** Ends what the last process left open: nobody saw how it ended. */
  async recover(at: string): Promise<void> {
    const left = { ended_at: at, code: closeCodes.goingAway, reason: 'the hub restarted' };
    await this.#db.updateTable('agent_session').set(left).where('ended_at', 'is', null).execute();
  }

  /** @returns the number under which the end is told */
  async begin(agentId: string, connectedAt: string): Promise<number> {
    const row = { agent_id: agentId, connected_at: connectedAt, ended_at: null, code: null, reason: null };
    const { id } = await this.#db.insertInto('agent_session').values(row).returning('id').executeTakeFirstOrThrow();
    const kept = this.#db.selectFrom('agent_session').select('id').where('agent_id', '=', agentId).orderBy('id', 'desc').offset(this.#max).limit(1);
    await this.#db.deleteFrom('agent_session').where('agent_id', '=', agentId).where('id', '<=', kept).execute();
    return id;
  }

  async end(id: number, { at, code, reason }: { at: string; code: number; reason: string }): Promise<void> {
    await this.#db.updateTable('agent_session').set({ ended_at: at, code, reason }).where('id', '=', id).execute();
  }

  /** Newest first. */
  async list(agentId: string, limit: number): Promise<AgentSession[]> {
    return this.#db
      .selectFrom('agent_session')
      .select(['connected_at', 'ended_at', 'code', 'reason'])
      .where('agent_id', '=', agentId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  /** The newest of every agent that has one. */
  async newest(agentIds?: readonly string[]): Promise<Map<string, AgentSession>> {
    const query = this.#db
      .selectFrom('agent_session')
      .select(['agent_id', 'connected_at', 'ended_at', 'code', 'reason'])
      .where('id', 'in', (from) => {
        const last = from
          .selectFrom('agent_session')
          .select(({ fn }) => fn.max('id').as('id'))
          .groupBy('agent_id');
        return agentIds ? last.where('agent_id', 'in', agentIds) : last;
      });
    return new Map((await query.execute()).map(({ agent_id, ...session }) => [agent_id, session]));
  }
}

// Agents on the hub: who they are, how they are admitted, approved and revoked, and what their coming and going says on the steps they carry.
import { type AgentResource, type AgentSession, closeCodes, type Enrolment, type Language, type StepText, type WaitingTaskResource } from '@relevo/protocol';
import { type Log, type OpenedDatabase, ProblemError } from '@relevo/runtime';
import type { Actor, AuditLog } from '../audit/audit-log.ts';
import type { AgentTable, AgentTaskTable, HubSchema } from '../database/schema.ts';
import type { Operations } from '../operations/operations.ts';
import { readIn } from '../operations/read-in-language.ts';
import type { HubSettings } from '../settings.ts';
import { AccessTokens } from './access-tokens.ts';
import { AgentConnection } from './agent-connection.ts';
import { AgentLinks } from './agent-links.ts';
import { AgentSessions } from './agent-sessions.ts';
import { type AgentChange, AgentStore } from './agent-store.ts';
import { AgentWork } from './agent-work.ts';
import { EnrolmentTokens } from './enrolment-tokens.ts';
import { TaskEnds } from './task-ends.ts';
import { TaskListeners } from './task-listeners.ts';
import { TaskQueue } from './task-queue.ts';
import { taskSubject } from './task-subject.ts';

export interface AgentsOptions {
  database: OpenedDatabase<HubSchema>;
  operations: Operations;
  settings: HubSettings;
  /** The enrolment secret shared with agents. */
  apiKey: string;
  /** Signs access tokens. */
  secret: string;
  audit: AuditLog;
  log: Log;
}

/** What a step says while its task waits for its agent. */
interface WaitingTexts {
  queued: StepText;
  offline: StepText;
  lost: StepText;
}
const deliveryTexts: WaitingTexts = {
  queued: { code: 'delivery.queued' },
  offline: { code: 'delivery.agent_offline' },
  lost: { code: 'delivery.agent_lost' },
};
const deletionTexts: WaitingTexts = { queued: { code: 'delete.queued' }, offline: { code: 'delete.agent_offline' }, lost: { code: 'delivery.agent_lost' } };
const routerTexts: WaitingTexts = { queued: { code: 'router.queued' }, offline: { code: 'router.agent_offline' }, lost: { code: 'router.agent_lost' } };

export class Agents {
  readonly store: AgentStore;
  readonly tokens: EnrolmentTokens;
  readonly access: AccessTokens;
  readonly links: AgentLinks;
  readonly queue: TaskQueue;
  readonly listeners = new TaskListeners();
  readonly sessions: AgentSessions;
  readonly ends: TaskEnds;
  readonly work: AgentWork;
  readonly #options: AgentsOptions;

  constructor(options: AgentsOptions) {
    const { database, settings, apiKey, secret, audit } = options;
    const { db } = database;
    this.#options = options;
    this.store = new AgentStore(db);
    this.tokens = new EnrolmentTokens(db, apiKey, audit);
    this.access = new AccessTokens(secret, settings.AGENT_TOKEN_MAX_AGE_MS);
    this.links = new AgentLinks(settings.AGENT_HEARTBEAT_MS);
    this.queue = new TaskQueue(database, settings.AGENT_QUEUE_MAX);
    this.sessions = new AgentSessions(db, settings.AGENT_SESSIONS_MAX);
    this.ends = new TaskEnds(db, settings.AGENT_HISTORY_MAX);
    this.work = new AgentWork({ operations: options.operations, queue: this.queue, links: this.links });
    this.links.onPresence = (agentId, online) => void this.#presenceChanged(agentId, online);
  }

  async list(): Promise<AgentResource[]> {
    const newest = await this.sessions.newest();
    return (await this.store.list()).map((row) => this.#resource(row, row.tasks_waiting, newest.get(row.id)));
  }

  /** @throws ProblemError not_found */
  async get(id: string): Promise<AgentResource> {
    const row = await this.find(id);
    const newest = await this.sessions.newest([id]);
    return this.#resource(row, (await this.queue.ofAgent(id)).length, newest.get(id));
  }

  /** @throws ProblemError not_found */
  async find(id: string): Promise<AgentTable> {
    const row = await this.store.find(id);
    if (!row) throw new ProblemError('not_found', `there is no agent ${id}`);
    return row;
  }

  /** Makes an agent known by its key. The same key is the same agent. @throws ProblemError token_invalid, agent_revoked */
  async enrol(secret: string | undefined, enrolment: Enrolment): Promise<{ agentId: string; status: 'pending' | 'approved' }> {
    const known = await this.store.findByKey(enrolment.public_key);
    if (known?.status === 'revoked') throw new ProblemError('agent_revoked');
    if (known?.status === 'approved') return { agentId: known.id, status: 'approved' };
    const admission = secret === undefined ? undefined : await this.tokens.admit(secret);
    if (!admission) throw new ProblemError('token_invalid', 'the enrolment token or API key is not valid, used up or expired');
    if (known) {
      if (admission.status === 'approved') await this.store.update(known.id, admission);
      return { agentId: known.id, status: admission.status };
    }
    const agentId = await this.store.insert(enrolment, admission.status, admission.labels, new Date().toISOString());
    this.#options.log.info(
      { event: 'agent_enrolled', agent_id: agentId, name: enrolment.name, status: admission.status },
      `agent ${enrolment.name} enrolled (${admission.status})`,
    );
    return { agentId, status: admission.status };
  }

  /** Approves, renames, labels. @throws ProblemError not_found, agent_revoked */
  async change(id: string, change: AgentChange, by: Actor): Promise<AgentResource> {
    const { database, audit } = this.#options;
    const agent = await this.find(id);
    if (agent.status === 'revoked') throw new ProblemError('agent_revoked', 'a revoked agent does not come back; enrol it anew');
    await database.db.transaction().execute(async (trx) => {
      await this.store.update(id, change, trx);
      const after = { name: agent.name, labels: JSON.parse(agent.labels) as string[], status: agent.status, ...change };
      for (const action of actionsOf(agent, change)) {
        await audit.record(trx, { by, action, subject: subjectOf(agent), before: traitsOf(agent), after });
      }
    });
    return this.get(id);
  }

  /** Ends an agent for good: its socket closes at once, its credentials die, its steps end. */
  async revoke(id: string, by: Actor): Promise<void> {
    const { database, audit } = this.#options;
    const agent = await this.find(id);
    await database.db.transaction().execute(async (trx) => {
      await this.store.update(id, { status: 'revoked' }, trx);
      if (agent.status !== 'revoked') await audit.record(trx, { by, action: 'agent.revoke', subject: subjectOf(agent), before: traitsOf(agent) });
    });
    this.links.close(id, closeCodes.notAllowed, 'revoked');
    const { operations } = this.#options;
    for (const task of await this.queue.ofAgent(id)) operations.report(keyOf(task), task.step, { status: 'error', text: { code: 'step.agent_revoked' } });
    await operations.engine.commit(async (transaction) => {
      await transaction.deleteFrom('agent_task').where('agent_id', '=', id).execute();
      await transaction.deleteFrom('agent_file').where('agent_id', '=', id).execute();
    });
    this.#options.log.info({ event: 'agent_revoked', agent_id: id }, 'agent revoked');
  }

  /** The agent an access token is for. @throws ProblemError unauthenticated, token_invalid, agent_unknown, agent_revoked */
  async authenticate(token: string | undefined): Promise<string> {
    if (token === undefined) throw new ProblemError('unauthenticated', 'an access token is needed');
    const id = await this.access.agentOf(token);
    if (id === undefined) throw new ProblemError('token_invalid', 'the access token is not valid or has expired');
    return (await this.approved(id)).id;
  }

  /** An agent that may work. @throws ProblemError agent_unknown, agent_revoked, agent_pending */
  async approved(id: string): Promise<AgentTable> {
    const agent = await this.store.find(id);
    if (!agent) throw new ProblemError('agent_unknown');
    if (agent.status === 'revoked') throw new ProblemError('agent_revoked');
    if (agent.status === 'pending') throw new ProblemError('agent_pending');
    return agent;
  }

  connection(agentId: string): AgentConnection {
    const { operations, settings, log } = this.#options;
    return new AgentConnection({
      agentId,
      operations,
      store: this.store,
      queue: this.queue,
      links: this.links,
      listeners: this.listeners,
      sessions: this.sessions,
      ends: this.ends,
      log,
      heartbeatMs: settings.AGENT_HEARTBEAT_MS,
      inFlightMax: settings.AGENT_TASKS_IN_FLIGHT_MAX,
      messageMaxBytes: settings.AGENT_MESSAGE_MAX_BYTES,
    });
  }

  /** What waits for an agent or runs on it, with what its step shows now; of one user, or of all; for a reader of `language`. */
  async waiting(agentId: string, userId: number | undefined, language: Language): Promise<WaitingTaskResource[]> {
    const tasks: WaitingTaskResource[] = [];
    for (const row of await this.queue.ofAgent(agentId)) {
      const { kind } = JSON.parse(row.body) as { kind: string };
      if (kind === 'task.stop' || (userId !== undefined && row.user_id !== userId)) continue;
      const operation = this.#options.operations.engine.find(keyOf(row));
      const shown = operation?.steps.get(row.step)?.event;
      const event = shown && readIn(language, row.user_id, shown);
      tasks.push({
        task_id: row.id,
        kind,
        user_id: row.user_id,
        operation_id: row.operation_id,
        step: row.step,
        title: operation?.title ?? '',
        subject: taskSubject(row.body),
        status: event?.status ?? 'pending',
        message: event?.message ?? '',
        progress: event?.progress ?? null,
        created_at: row.created_at,
      });
    }
    return tasks;
  }

  /** What a task of this kind says while it waits for this agent. */
  waitingText(agentId: string, kind: string): StepText {
    return waitingTexts(kind)[this.links.isOnline(agentId) ? 'queued' : 'offline'];
  }

  drain(): void {
    this.links.drain();
  }

  async #presenceChanged(agentId: string, online: boolean): Promise<void> {
    const { operations, log } = this.#options;
    try {
      for (const task of await this.queue.ofAgent(agentId)) {
        // The agent may have come back, or gone again, while the queue was read.
        if (this.links.isOnline(agentId) !== online) return;
        const { kind } = JSON.parse(task.body) as { kind: string };
        const status = operations.engine.find(keyOf(task))?.steps.get(task.step)?.event?.status;
        if (status === 'pending') operations.report(keyOf(task), task.step, { status, text: this.waitingText(agentId, kind) });
        else if (status === 'in_progress' && !online) operations.report(keyOf(task), task.step, { status, text: waitingTexts(kind).lost, rate: 0 });
      }
    } catch (error) {
      log.error({ event: 'presence_failed', agent_id: agentId, err: error }, 'the steps of an agent could not be told of its presence');
    }
  }

  #resource(row: AgentTable, tasksWaiting: number, session: AgentSession | undefined): AgentResource {
    const heard = this.links.lastHeardAt(row.id);
    return {
      id: row.id,
      name: row.name,
      status: row.status === 'approved' ? (heard === undefined ? 'offline' : 'online') : row.status,
      last_seen_at: heard === undefined ? row.last_seen_at : new Date(heard).toISOString(),
      version: row.version,
      platform: row.platform,
      labels: JSON.parse(row.labels) as string[],
      tasks_waiting: tasksWaiting,
      since: (heard === undefined ? session?.ended_at : session?.connected_at) ?? null,
      offline_code: heard === undefined ? (session?.code ?? null) : null,
      created_at: row.created_at,
    };
  }
}

/** What the audit log calls a change. */
function actionsOf(agent: AgentTable, { name, labels, status }: AgentChange): string[] {
  const actions: string[] = [];
  if (status !== undefined && status !== agent.status) actions.push('agent.approve');
  if (name !== undefined && name !== agent.name) actions.push('agent.rename');
  if (labels !== undefined && JSON.stringify(labels) !== agent.labels) actions.push('agent.label');
  return actions;
}

function traitsOf({ name, labels, status }: AgentTable) {
  return { name, labels: JSON.parse(labels) as string[], status };
}

function subjectOf({ id, name }: AgentTable) {
  return { kind: 'agent', id, title: name };
}

function waitingTexts(kind: string): WaitingTexts {
  if (kind.startsWith('router.')) return routerTexts;
  return kind === 'file.delete' ? deletionTexts : deliveryTexts;
}

function keyOf(task: AgentTaskTable): { userId: number; id: string } {
  return { userId: task.user_id, id: task.operation_id };
}

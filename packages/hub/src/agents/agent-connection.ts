// One agent's socket: hello, tasks out, reports in. What the agent reports is journaled before it is acknowledged.
import { type AgentReport, type AgentToHub, agentProtocolVersion, agentToHubSchema, closeCodes, type HubToAgent } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { AgentTaskTable } from '../database/schema.ts';
import type { Connection, Socket } from '../http/socket.ts';
import type { HubTransaction } from '../operations/operation-journal.ts';
import type { Operations } from '../operations/operations.ts';
import type { AgentLink, AgentLinks } from './agent-links.ts';
import type { AgentSessions } from './agent-sessions.ts';
import { type AgentStore, writeAckedSeq, writeHeldFile } from './agent-store.ts';
import type { TaskEnds } from './task-ends.ts';
import type { TaskListeners, TaskTarget } from './task-listeners.ts';
import { removeTask, type TaskQueue } from './task-queue.ts';
import { taskSubject } from './task-subject.ts';
import { Turns } from './turns.ts';

export interface AgentConnectionOptions {
  agentId: string;
  operations: Operations;
  store: AgentStore;
  queue: TaskQueue;
  links: AgentLinks;
  listeners: TaskListeners;
  sessions: AgentSessions;
  ends: TaskEnds;
  log: Log;
  heartbeatMs: number;
  /** Tasks sent that the agent has not yet taken over. */
  inFlightMax: number;
  messageMaxBytes: number;
}

/** An agent that opened its socket says hello within this time, milliseconds. */
const helloTimeoutMs = 10_000;

/** What a report leaves behind: written with it, and done once it is on the disk. */
interface Handled {
  /** What its step shows. */
  change?: (() => void) | undefined;
  write?: ((transaction: HubTransaction) => Promise<void>) | undefined;
  after?: (() => void) | undefined;
}

export class AgentConnection implements Connection, AgentLink {
  readonly #options: AgentConnectionOptions;
  #socket: Socket | undefined;
  #helloTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #messages = new Turns<AgentToHub>(
    (messages) => this.#handleAll(messages),
    (error) => this.#failed(error),
  );
  #welcomed = false;
  #session: Promise<number> | undefined;
  #sentSeq = 0;
  /** True when more tasks may wait than were in flight already. */
  #isBehind = false;
  #ackedSeq = 0;
  #inFlight: number[] = [];
  /** Stops among what is in flight. */
  #stops: Pick<AgentTaskTable, 'id' | 'seq'>[] = [];
  #pumping: Promise<void> | undefined;
  #wokenWhilePumping = false;
  readonly #targets = new Map<string, TaskTarget>();
  lastHeardAt = Date.now();
  /** Messages of a type this hub does not know: ignored, and counted. */
  unknownMessages = 0;

  constructor(options: AgentConnectionOptions) {
    this.#options = options;
  }

  get agentId(): string {
    return this.#options.agentId;
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    this.#helloTimer = setTimeout(() => this.close(closeCodes.brokenProtocol, 'no hello'), helloTimeoutMs);
  }

  received(message: string | Buffer): void {
    this.lastHeardAt = Date.now();
    if (typeof message !== 'string' || Buffer.byteLength(message) > this.#options.messageMaxBytes)
      return this.close(closeCodes.brokenProtocol, 'not a message of this protocol');
    const parsed = parseMessage(message);
    if (parsed === 'unknown') {
      this.unknownMessages += 1;
      return;
    }
    if (parsed === 'invalid' || (parsed.type !== 'hello') !== this.#welcomed) return this.close(closeCodes.brokenProtocol, 'not a message of this protocol');
    if (parsed.type === 'hello') this.#welcomed = true;
    this.#messages.add(parsed);
  }

  drained(): void {
    this.wake();
  }

  closed(code: number, reason: string): void {
    clearTimeout(this.#helloTimer);
    this.#socket = undefined;
    this.#options.links.remove(this);
    this.#options.log.info({ event: 'agent_disconnected', agent_id: this.agentId, code, reason }, 'agent disconnected');
    void this.#ended(new Date().toISOString(), code, reason);
  }

  async #ended(at: string, code: number, reason: string): Promise<void> {
    const { store, sessions, log } = this.#options;
    try {
      await store.seen(this.agentId, new Date(this.lastHeardAt).toISOString());
      const session = await this.#session;
      if (session !== undefined) await sessions.end(session, { at, code, reason: reason.slice(0, 200) });
    } catch (error) {
      log.error({ event: 'agent_session_failed', agent_id: this.agentId, err: error }, 'the end of a connection could not be written');
    }
  }

  close(code: number, reason: string): void {
    this.#socket?.close(code, reason);
  }

  /** For a peer that is gone: no close handshake is waited for. */
  terminate(): void {
    this.#socket?.terminate();
  }

  beat(): void {
    this.#send({ type: 'heartbeat' });
  }

  /** Sends waiting tasks, as many as may be in flight. */
  wake(): void {
    if (!this.#welcomed || !this.#socket) return;
    if (this.#pumping) {
      this.#wokenWhilePumping = true;
      return;
    }
    this.#pumping = this.#pump()
      .catch((error: unknown) => this.#options.log.error({ event: 'agent_queue_failed', agent_id: this.agentId, err: error }, 'tasks could not be read'))
      .finally(() => {
        this.#pumping = undefined;
        if (this.#wokenWhilePumping) {
          this.#wokenWhilePumping = false;
          this.wake();
        }
      });
  }

  async #pump(): Promise<void> {
    for (;;) {
      const room = this.#options.inFlightMax - this.#inFlight.length;
      this.#isBehind = room <= 0;
      if (this.#isBehind || !this.#socket) return;
      const rows = await this.#options.queue.after(this.agentId, this.#sentSeq, room);
      for (const row of rows) {
        const task = JSON.parse(row.body) as { kind: string };
        this.#targets.set(row.id, targetOf(row, task));
        this.#sentSeq = row.seq;
        this.#inFlight.push(row.seq);
        if (task.kind === 'task.stop') this.#stops.push(row);
        this.#send({ type: 'task', seq: row.seq, task_id: row.id, request_id: row.request_id, task });
      }
      if (rows.length < room) return;
    }
  }

  /** Reports that came together are written together. */
  async #handleAll(messages: readonly AgentToHub[]): Promise<void> {
    let reports: AgentReport[] = [];
    for (const message of messages) {
      if (isReport(message)) {
        reports.push(message);
        continue;
      }
      await this.#report(reports);
      reports = [];
      await this.#handle(message);
    }
    await this.#report(reports);
  }

  #failed(error: unknown): void {
    this.#options.log.error({ event: 'agent_message_failed', agent_id: this.agentId, err: error }, 'a message of an agent could not be handled');
    this.close(1011, 'the hub failed');
  }

  async #handle(message: Exclude<AgentToHub, AgentReport>): Promise<void> {
    switch (message.type) {
      case 'hello':
        return this.#welcome(message);
      case 'received':
        return this.#received(message.seq);
      case 'tick':
        return this.#tick(message);
      case 'heartbeat':
        return;
    }
  }

  async #received(seq: number): Promise<void> {
    this.#inFlight = this.#inFlight.filter((sent) => sent > seq);
    const received = this.#stops.filter((stop) => stop.seq <= seq);
    this.#stops = this.#stops.filter((stop) => stop.seq > seq);
    await this.#endStops(received);
    if (this.#isBehind) this.wake();
  }

  /** A stop has nothing to report: it is done once the agent has it. */
  async #endStops(stops: readonly Pick<AgentTaskTable, 'id'>[]): Promise<void> {
    if (stops.length === 0) return;
    await this.#options.operations.engine.commit(async (transaction) => {
      for (const { id } of stops) await removeTask(transaction, id);
    });
  }

  async #welcome({ protocol, version, platform, received_seq, sealing_key }: Extract<AgentToHub, { type: 'hello' }>): Promise<void> {
    const { store, queue, links, heartbeatMs, log } = this.#options;
    clearTimeout(this.#helloTimer);
    await this.#endStops(await queue.stopsUpTo(this.agentId, received_seq));
    await store.seen(this.agentId, new Date().toISOString(), { version, platform, sealing_key: sealing_key ?? null });
    // Nothing waits between this answer and the link: a revocation comes either before the one or finds the other.
    const agent = await store.find(this.agentId);
    if (agent?.status !== 'approved') return this.close(closeCodes.notAllowed, 'the agent is not approved');
    if (!this.#socket) return;
    this.#ackedSeq = agent.acked_seq;
    this.#sentSeq = received_seq;
    this.#send({
      type: 'welcome',
      protocol: Math.min(protocol, agentProtocolVersion),
      agent_id: this.agentId,
      name: agent.name,
      heartbeat_ms: heartbeatMs,
      acked_seq: agent.acked_seq,
    });
    log.info({ event: 'agent_connected', agent_id: this.agentId, name: agent.name, version, platform }, `agent ${agent.name} connected`);
    links.add(this);
    this.#session = this.#options.sessions.begin(this.agentId, new Date().toISOString());
    this.wake();
  }

  async #report(reports: readonly AgentReport[]): Promise<void> {
    if (reports.length === 0) return;
    const { operations } = this.#options;
    const handled: Handled[] = [];
    for (const report of reports) {
      if (report.seq <= this.#ackedSeq) continue;
      handled.push((await this.#apply(report)) ?? {});
      this.#ackedSeq = report.seq;
    }
    const acked = this.#ackedSeq;
    // In one go: what the steps show and what is written with it are one batch of the journal.
    for (const { change } of handled) change?.();
    const committed = operations.engine.commit(async (transaction) => {
      for (const { write } of handled) await write?.(transaction);
      await writeAckedSeq(transaction, this.agentId, acked);
    });
    // Commits keep their order, so the next message need not wait for this one's.
    void committed.then(() => {
      this.#send({ type: 'acked', seq: acked });
      for (const { after } of handled) after?.();
    });
  }

  /** Applies a report and returns what is written with it. */
  async #apply(report: AgentReport): Promise<Handled | undefined> {
    switch (report.type) {
      case 'file_held':
        return { write: (transaction) => writeHeldFile(transaction, this.agentId, report.file) };
      case 'file_gone':
        return {
          write: async (transaction) => {
            await transaction.deleteFrom('agent_file').where('agent_id', '=', this.agentId).where('name', '=', report.name).execute();
          },
        };
      case 'inventory':
        return {
          write: async (transaction) => {
            if (report.first) await transaction.deleteFrom('agent_file').where('agent_id', '=', this.agentId).execute();
            for (const file of report.files) await writeHeldFile(transaction, this.agentId, file);
          },
        };
      case 'task_report': {
        const target = await this.#target(report.task_id);
        if (!target) return undefined;
        const { task_id } = report;
        const { change, write, after } = await this.#options.listeners.outcomeOf(target, report);
        const key = { userId: target.userId, id: target.operationId };
        const show = change && (() => void this.#options.operations.report(key, target.step, { ...change, lossless: true }));
        const fields = { agent_id: this.agentId, task_id, operation_id: target.operationId, user_id: target.userId, request_id: target.requestId };
        const line = { event: 'task_report', ...fields, step: target.step, status: report.status, code: report.text.code };
        if (report.status === 'in_progress') {
          this.#options.log.debug(line, 'a task went on');
          return { change: show, write, after };
        }
        this.#options.log.info(line, 'a task ended');
        this.#targets.delete(task_id);
        return {
          change: show,
          write: async (transaction) => {
            await removeTask(transaction, task_id);
            // What its step says: the hub may know more than the agent, as what of a comparison is as it should be.
            await this.#options.ends.record(transaction, target, { status: report.status, text: change?.text ?? report.text });
            await write?.(transaction);
          },
          after,
        };
      }
    }
  }

  async #tick({ type: _type, task_id, ...change }: Extract<AgentToHub, { type: 'tick' }>): Promise<void> {
    const target = await this.#target(task_id);
    if (!target) return;
    const key = { userId: target.userId, id: target.operationId };
    // A tick changes nothing but numbers: it never begins a step, nor takes up one that ended.
    if (this.#options.operations.engine.find(key)?.steps.get(target.step)?.event?.status !== 'in_progress') return;
    this.#options.operations.report(key, target.step, { status: 'in_progress', ...change });
  }

  async #target(taskId: string): Promise<TaskTarget | undefined> {
    const known = this.#targets.get(taskId);
    if (known) return known;
    const row = await this.#options.queue.find(this.agentId, taskId);
    if (!row) return undefined;
    const target = targetOf(row, JSON.parse(row.body) as { kind: string });
    this.#targets.set(taskId, target);
    return target;
  }

  #send(message: HubToAgent): void {
    this.#socket?.send(JSON.stringify(message));
  }
}

function targetOf(row: AgentTaskTable, { kind }: { kind: string }): TaskTarget {
  return {
    taskId: row.id,
    agentId: row.agent_id,
    kind,
    userId: row.user_id,
    operationId: row.operation_id,
    step: row.step,
    subject: taskSubject(row.body),
    requestId: row.request_id,
  };
}

function isReport(message: AgentToHub): message is AgentReport {
  return 'seq' in message && message.type !== 'received';
}

const knownTypes: ReadonlySet<unknown> = new Set(agentToHubSchema.options.map((option) => option.shape.type.value));

function parseMessage(text: string): AgentToHub | 'unknown' | 'invalid' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'invalid';
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return 'invalid';
  if (typeof value.type === 'string' && !knownTypes.has(value.type)) return 'unknown';
  const parsed = agentToHubSchema.safeParse(value);
  return parsed.success ? parsed.data : 'invalid';
}

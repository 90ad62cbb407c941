// Deliveries: one file to several agents, one step each. Work on an agent is a task in its queue; this capability makes the
// tasks and ends them when the file goes.
import { type AgentTask, type FileResource, type Language, renderStepText } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { Agents } from '../agents/agents.ts';
import type { NewTask } from '../agents/task-queue.ts';
import type { Files } from '../files/files.ts';
import type { Operations } from '../operations/operations.ts';
import type { DeliveryRetries } from './delivery-retries.ts';

/** Who asked for work on agents, under which operation. */
export interface Asked {
  userId: number;
  operationId: string;
  language: Language;
  requestId: string;
}

interface WorkOnAgents extends Asked {
  kind: DeliveryKind;
  title: string;
  /** What was asked, as text: the same text under the same operation id is the same work. */
  request: string;
  agentIds: readonly string[];
  stepPrefix: 'deliver' | 'delete';
  fileId?: string;
  task: AgentTask;
  /** The delivery that this one is a retry of. */
  retryOf?: string | undefined;
}

type DeliveryKind = 'delivery' | 'agent-file-deletion';

export class Deliveries {
  readonly #operations: Operations;
  readonly #agents: Agents;
  readonly #retries: DeliveryRetries;

  constructor({ operations, agents, files, retries }: { operations: Operations; agents: Agents; files: Files; retries: DeliveryRetries }) {
    this.#operations = operations;
    this.#agents = agents;
    this.#retries = retries;
    operations.onStop('delivery', (operation) => agents.work.stop(operation));
    operations.onStop('agent-file-deletion', (operation) => agents.work.stop(operation));
    files.onDeleted((file) => this.#fileDeleted(file));
  }

  /** True when this very request was made before under this operation id. @throws ProblemError operation_id_in_use, operation_ended */
  asked({ userId, operationId }: Asked, kind: DeliveryKind, request: string): Promise<boolean> {
    return this.#operations.attach({ userId, id: operationId }, { kind, request });
  }

  /** Delivers a file to agents under an operation, which may be the retry of another one of the same user. @throws ProblemError agent_queue_full and what `Operations.begin` throws */
  async deliver(file: FileResource, agentIds: readonly string[], request: string, asked: Asked, retryOf?: string): Promise<void> {
    const { id, name, size, sha256, media_type } = file;
    const task: AgentTask = { kind: 'file.fetch', file: { id, name, size, sha256, media_type } };
    await this.#begin({ ...asked, request, agentIds, kind: 'delivery', title: name, stepPrefix: 'deliver', fileId: id, task, retryOf });
  }

  /** Deletes a file that an agent holds. @throws ProblemError agent_queue_full and what `Operations.begin` throws */
  async deleteOnAgent(agentId: string, name: string, request: string, asked: Asked): Promise<void> {
    await this.#begin({
      ...asked,
      request,
      agentIds: [agentId],
      kind: 'agent-file-deletion',
      title: name,
      stepPrefix: 'delete',
      task: { kind: 'file.delete', name },
    });
  }

  /** The approved agents with these ids, or with all of these labels. @throws ProblemError not_found, agent_pending, agent_revoked, invalid_request */
  async resolveAgents({ agentIds, labels }: { agentIds?: readonly string[] | undefined; labels?: readonly string[] | undefined }): Promise<string[]> {
    if (agentIds) {
      const ids = [...new Set(agentIds)];
      for (const id of ids) {
        await this.#agents.find(id);
        await this.#agents.approved(id);
      }
      return ids;
    }
    const all = await this.#agents.list();
    const matching = all.filter(
      (agent) => (agent.status === 'online' || agent.status === 'offline') && (labels ?? []).every((label) => agent.labels.includes(label)),
    );
    if (matching.length === 0) throw new ProblemError('invalid_request', 'labels: no approved agent has them');
    return matching.map((agent) => agent.id);
  }

  async #begin(work: WorkOnAgents): Promise<void> {
    const { userId, operationId, kind, title, request, language, requestId, agentIds, stepPrefix, fileId, task, retryOf } = work;
    const key = { userId, id: operationId };
    const steps = agentIds.map((agentId) => {
      const text = this.#agents.waitingText(agentId, task.kind);
      return { step: `${stepPrefix}:${agentId}`, message: renderStepText(text, language), code: text.code };
    });
    const tasks: NewTask[] = agentIds.map((agentId) => ({ agentId, userId, operationId, step: `${stepPrefix}:${agentId}`, fileId, requestId, task }));
    await this.#agents.queue.checkRoom(agentIds);
    const { fresh } = await this.#operations.begin(
      key,
      { kind, title, carrier: 'agent', language, request, requestId, endsWithSteps: true, steps },
      async (transaction) => {
        await this.#agents.queue.add(transaction, tasks);
        if (retryOf !== undefined) await this.#retries.add(transaction, key, retryOf);
      },
    );
    if (fresh) for (const agentId of agentIds) this.#agents.links.wake(agentId);
  }

  /** "a delivery under way ends in an `error` step that says so" (docs/PROTOCOL.md, files). */
  async #fileDeleted(file: FileResource): Promise<void> {
    for (const row of await this.#agents.queue.ofFile(file.id)) await this.#agents.work.abort(row, { code: 'delivery.file_deleted' }, true);
  }
}

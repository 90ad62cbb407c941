// POST /api/operations/{id}/retry: delivers once more to the agents that a delivery failed on, as a new operation that names the first.

import type { Operation } from '@relevo/progress/engine';
import { isEnded, operationIdSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { Agents } from '../agents/agents.ts';
import { ownerOrAdmin, reachFile } from '../files/file-access.ts';
import type { Files } from '../files/files.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { findOperation } from '../operations/operation-resource.ts';
import type { Operations } from '../operations/operations.ts';
import type { Deliveries } from './deliveries.ts';
import { operationIdHeader, operationIdOf } from './operation-id.ts';

/** What a delivery was asked for with, by a person or by an agent; only the file is of use here. */
const requestSchema = z.union([z.object({ file_id: z.string() }), z.tuple([z.string()], z.unknown()).transform(([file_id]) => ({ file_id }))]);

export interface RetryDependencies {
  operations: Operations;
  deliveries: Deliveries;
  files: Files;
  agents: Pick<Agents, 'approved'>;
}

export function retryDelivery({ operations, deliveries, files, agents }: RetryDependencies) {
  return endpoint({
    summary: 'Deliver once more to the agents that a delivery failed on (X-Operation-ID makes it idempotent)',
    params: z.object({ id: operationIdSchema }),
    query: z.object({ user_id: z.coerce.number().int().positive().optional() }),
    headers: operationIdHeader,
    responses: { 202: { description: 'Under way, as an operation of its own', schema: z.object({ operation_id: operationIdSchema }) } },
    async handle({ raw, caller, params, query, language, requestId }) {
      const first = await findOperation(operations, caller, params.id, query.user_id);
      const operationId = operationIdOf(raw, 'delivery');
      const asked = { userId: first.userId, operationId, language, requestId };
      const fileId = fileOf(first);
      const request = JSON.stringify({ file_id: fileId, retry_of: first.id });
      if (!(await deliveries.asked(asked, 'delivery', request))) {
        const failed = failedAgents(first);
        const file = await reachFile(files, fileId, caller, ownerOrAdmin);
        await deliveries.deliver(file, await stillApproved(agents, failed), request, asked, first.id);
      }
      return json({ operation_id: operationId }, 202);
    },
  });
}

/** @throws ProblemError operation_not_retryable when it is no delivery */
function fileOf({ id, kind, request }: Operation): string {
  const parsed = kind === 'delivery' ? requestSchema.safeParse(JSON.parse(request)) : undefined;
  if (!parsed?.success) throw new ProblemError('operation_not_retryable', `operation ${id} is no delivery`);
  return parsed.data.file_id;
}

/** The agents that did not get it. @throws ProblemError operation_not_retryable when nothing is left to do */
function failedAgents({ id, state, steps }: Operation): string[] {
  if (!isEnded(state)) throw new ProblemError('operation_not_retryable', `operation ${id} has not ended`);
  const failed = [...steps.values()].filter(({ event }) => event?.status !== 'completed').map(({ step }) => step.slice('deliver:'.length));
  if (failed.length === 0) throw new ProblemError('operation_not_retryable', `operation ${id} reached every agent`);
  return failed;
}

/** @throws ProblemError agent_revoked, agent_pending, agent_unknown when none of them may work any more */
async function stillApproved(agents: Pick<Agents, 'approved'>, ids: readonly string[]): Promise<string[]> {
  const approved: string[] = [];
  let refusal: unknown;
  for (const id of ids) {
    try {
      approved.push((await agents.approved(id)).id);
    } catch (error) {
      refusal = error;
    }
  }
  if (approved.length === 0) throw refusal;
  return approved;
}

// POST /api/deliveries: sends a file to agents by id or by label.
import { operationIdSchema } from '@relevo/protocol';
import { z } from 'zod';
import { labelsSchema } from '../agents/labels.ts';
import { ownerOrAdmin, reachFile } from '../files/file-access.ts';
import type { Files } from '../files/files.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Deliveries } from './deliveries.ts';
import { operationIdHeader, operationIdOf } from './operation-id.ts';

/** Agents one delivery may name. */
const agentsMax = 10_000;

export function createDelivery(deliveries: Deliveries, files: Files) {
  return endpoint({
    summary: 'Deliver a file to agents; offline ones get it when they return (X-Operation-ID makes it idempotent)',
    headers: operationIdHeader,
    body: z
      .object({ file_id: z.string().min(1), agent_ids: z.array(z.string().min(1)).min(1).max(agentsMax).optional(), labels: labelsSchema.optional() })
      .refine(
        (body) => (body.agent_ids === undefined) !== (body.labels === undefined || body.labels.length === 0),
        'agent_ids or labels is needed, and not both',
      ),
    responses: { 202: { description: 'Under way', schema: z.object({ operation_id: operationIdSchema }) } },
    async handle({ raw, caller, body, language, requestId }) {
      const operationId = operationIdOf(raw, 'delivery');
      const asked = { userId: caller.userId, operationId, language, requestId };
      const request = JSON.stringify(body);
      if (!(await deliveries.asked(asked, 'delivery', request))) {
        const file = await reachFile(files, body.file_id, caller, ownerOrAdmin);
        const agentIds = await deliveries.resolveAgents({ agentIds: body.agent_ids, labels: body.labels });
        await deliveries.deliver(file, agentIds, request, asked);
      }
      return json({ operation_id: operationId }, 202);
    },
  });
}

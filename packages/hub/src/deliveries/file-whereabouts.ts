// GET /api/files/{id}/whereabouts: which agents hold a file, and its newest deliveries.
import { type AgentResource, fileWhereaboutsSchema } from '@relevo/protocol';
import type { Agents } from '../agents/agents.ts';
import type { AgentTable } from '../database/schema.ts';
import { fileParams, ownerOrAdmin, reachFile } from '../files/file-access.ts';
import type { Files } from '../files/files.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { operationSummary } from '../operations/operation-resource.ts';
import type { Operations } from '../operations/operations.ts';

/** Agents that are named; `agents_total` counts all. */
const agentsMax = 200;
/** Deliveries of a file of this name that are looked through, newest first. */
const deliveriesMax = 200;

export function fileWhereabouts(agents: Agents, files: Files, operations: Operations) {
  return endpoint({
    summary: 'Which agents hold a file, and its newest deliveries',
    params: fileParams,
    responses: { 200: { description: 'Where it is and how it got there', schema: fileWhereaboutsSchema } },
    async handle({ caller, params }) {
      const file = await reachFile(files, params.id, caller, ownerOrAdmin);
      const holders = await agents.store.holders(file.sha256);
      const userId = caller.role === 'admin' ? undefined : caller.userId;
      const rows = await operations.store.list({ userId, kind: 'delivery', query: file.name, limit: deliveriesMax });
      return json({
        agents_total: holders.length,
        agents: holders.slice(0, agentsMax).map((holder) => ({ ...holder, status: presence(agents, holder) })),
        // What was asked names the file by its id, which no other text has.
        deliveries: rows.filter(({ request }) => request.includes(file.id)).map(operationSummary),
      });
    },
  });
}

function presence(agents: Agents, { id, status }: Pick<AgentTable, 'id' | 'status'>): AgentResource['status'] {
  if (status !== 'approved') return status;
  return agents.links.lastHeardAt(id) === undefined ? 'offline' : 'online';
}

// GET /api/agents/{id}/files and DELETE /api/agents/{id}/files/{name}: what an agent holds, and removing it there.
import { heldFileSchema, operationIdSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { Agents } from '../agents/agents.ts';
import { type AuditLog, actorOf } from '../audit/audit-log.ts';
import type { Files } from '../files/files.ts';
import { type Caller, endpoint, json } from '../http/endpoint.ts';
import type { Deliveries } from './deliveries.ts';
import { operationIdHeader, operationIdOf } from './operation-id.ts';

export function listAgentFiles(agents: Agents, files: Files) {
  return endpoint({
    summary: 'Files an agent holds, by name: all for an administrator, copies of their own files for everybody else',
    params: z.object({ id: z.string() }),
    responses: { 200: { description: 'The files', schema: z.array(heldFileSchema) } },
    async handle({ caller, params }) {
      const agent = await agents.find(params.id);
      const held = await agents.store.files(agent.id);
      return json(await visibleTo(caller, held, files));
    },
  });
}

export function deleteAgentFile(agents: Agents, files: Files, deliveries: Deliveries, audit: AuditLog) {
  return endpoint({
    summary: 'Delete a file on an agent; an offline agent does it when it returns',
    params: z.object({ id: z.string(), name: z.string() }),
    headers: operationIdHeader,
    responses: { 202: { description: 'Under way', schema: z.object({ operation_id: operationIdSchema }) } },
    async handle(incoming) {
      const { raw, caller, params, language, requestId } = incoming;
      const operationId = operationIdOf(raw, 'delete');
      const agent = await agents.find(params.id);
      await agents.approved(agent.id);
      const name = params.name.normalize('NFC');
      const asked = { userId: caller.userId, operationId, language, requestId };
      const request = JSON.stringify([agent.id, name]);
      if (!(await deliveries.asked(asked, 'agent-file-deletion', request))) {
        const held = (await agents.store.files(agent.id)).filter((file) => file.name === name);
        if ((await visibleTo(caller, held, files)).length === 0) throw new ProblemError('not_found', 'the agent holds no such file');
        await deliveries.deleteOnAgent(agent.id, name, request, asked);
        const subject = { kind: 'agent', id: agent.id, title: agent.name };
        await audit.note({ by: actorOf(incoming), action: 'agent.delete_file', subject, operationId, before: held[0] });
      }
      return json({ operation_id: operationId }, 202);
    },
  });
}

async function visibleTo<T extends { sha256: string }>(caller: Caller, held: readonly T[], files: Files): Promise<T[]> {
  if (caller.role === 'admin') return [...held];
  const own = await files.ownContents(
    caller.userId,
    held.map((file) => file.sha256),
  );
  return held.filter((file) => own.has(file.sha256));
}

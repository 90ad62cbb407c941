// POST /api/agent/deliveries: an agent asks for a file; the operation belongs to the file's owner, who sees where the file goes.
import { operationIdSchema } from '@relevo/protocol';
import { z } from 'zod';
import { anyOwner, reachFile } from '../files/file-access.ts';
import type { Files } from '../files/files.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Deliveries } from './deliveries.ts';
import { operationIdHeader, operationIdOf } from './operation-id.ts';

export function fetchForAgent(deliveries: Deliveries, files: Files) {
  return endpoint({
    summary: 'An agent fetches a file',
    body: z.object({ file_id: z.string().min(1) }),
    headers: operationIdHeader,
    responses: { 202: { description: 'Under way', schema: z.object({ operation_id: operationIdSchema }) } },
    async handle({ raw, caller, agentId, body, language, requestId }) {
      const operationId = operationIdOf(raw, 'fetch');
      const file = await reachFile(files, body.file_id, caller, anyOwner);
      await deliveries.deliver(file, [agentId], JSON.stringify([body.file_id, agentId]), { userId: file.owner_id, operationId, language, requestId });
      return json({ operation_id: operationId }, 202);
    },
  });
}

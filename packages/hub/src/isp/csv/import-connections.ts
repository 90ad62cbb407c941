// POST /api/conexiones/importar: a CSV file of connections, checked and written as an operation; GET …/{operation_id}: what became of it.
import { createHash } from 'node:crypto';
import { operationIdSchema } from '@relevo/protocol';
import { ProblemError, readBytes } from '@relevo/runtime';
import { z } from 'zod';
import { operationIdHeader, operationIdOf } from '../../deliveries/operation-id.ts';
import { endpoint, json } from '../../http/endpoint.ts';
import { actorOf } from '../actor.ts';
import { importErrorSchema } from './import-errors.ts';
import type { Imports } from './imports.ts';

/** What browsers call a CSV file; on Windows they ask the registry, which asks Excel. */
const mediaTypes = ['', 'text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel', 'application/octet-stream'];

const flag = z.enum(['true', 'false']).default('false');

/** @param maxBytes ISP_IMPORT_MAX_BYTES */
export function importConnections(imports: Imports, maxBytes: number) {
  return endpoint({
    summary: 'Import connections from a CSV file, all or none unless `parcial=true` (X-Operation-ID makes it idempotent)',
    query: z.object({
      parcial: flag.describe('Import the good lines although there are bad ones'),
      nombre: z.string().max(255).default('CSV').describe('What to call the file'),
    }),
    headers: operationIdHeader,
    bodyType: 'text/csv',
    responses: {
      202: { description: 'Under way', schema: z.object({ operation_id: operationIdSchema }) },
      413: { description: '`body_too_large`: the file is larger than allowed' },
      415: { description: '`content_unsupported`: the body is no CSV file' },
    },
    async handle(request) {
      const { raw, query, language, requestId } = request;
      const operationId = operationIdOf(raw, 'import');
      const type = (raw.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
      if (!mediaTypes.includes(type) || raw.headers.has('content-encoding')) throw new ProblemError('content_unsupported', 'send the file itself, as text/csv');
      const bytes = await readBytes(raw, maxBytes, 'a CSV file');
      const partial = query.parcial === 'true';
      const asked = JSON.stringify([createHash('sha256').update(bytes).digest('hex'), partial]);
      await imports.begin({ by: actorOf(request), operationId, language, requestId, title: query.nombre, bytes, partial, request: asked });
      return json({ operation_id: operationId }, 202, { location: `/api/conexiones/importar/${encodeURIComponent(operationId)}` });
    },
  });
}

export function getImport(imports: Imports) {
  return endpoint({
    summary: 'What became of an import: its lines, and what is wrong with which',
    params: z.object({ operation_id: operationIdSchema }),
    responses: {
      200: {
        description: 'The import',
        schema: z.object({
          operation_id: operationIdSchema,
          lines: z.number().int(),
          imported: z.number().int(),
          errors_total: z.number().int(),
          errors: z.array(importErrorSchema),
          ended: z.boolean(),
        }),
      },
    },
    handle: async ({ caller, params }) => json(await imports.outcome(caller.userId, params.operation_id)),
  });
}

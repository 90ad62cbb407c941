// GET /api/audit: what people did, newest first, for administrators.
import { auditEntrySchema } from '@relevo/protocol';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { AuditLog } from './audit-log.ts';

const limitMax = 200;

export function listAudit(audit: AuditLog) {
  return endpoint({
    summary: 'The audit log, newest first',
    query: z.object({
      user_id: z.coerce.number().int().positive().optional(),
      action: z.string().max(64).optional(),
      subject_kind: z.string().max(64).optional(),
      subject_id: z.string().max(128).optional(),
      operation_id: z.string().max(128).optional(),
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
      cursor: z.string().max(512).optional(),
      limit: z.coerce.number().int().min(1).max(limitMax).default(50),
    }),
    responses: {
      200: { description: 'A page of entries', schema: z.object({ entries: z.array(auditEntrySchema), next_cursor: z.string().nullable() }) },
    },
    async handle({ query: { user_id, subject_kind, subject_id, operation_id, cursor, limit, ...rest } }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.number().int().positive());
      const filter = { userId: user_id, subjectKind: subject_kind, subjectId: subject_id, operationId: operation_id };
      const entries = await audit.list({ ...filter, ...rest, before, limit });
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return json({ entries, next_cursor: last ? encodeCursor(last.id) : null });
    },
  });
}

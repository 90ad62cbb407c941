// DELETE /api/files/{id}: removes a file; deliveries of it end with an error that says so.
import { type AuditLog, actorOf } from '../audit/audit-log.ts';
import { endpoint, noContent } from '../http/endpoint.ts';
import { fileParams, ownerOrAdmin, reachFile } from './file-access.ts';
import type { Files } from './files.ts';

export function deleteFile(files: Files, audit: AuditLog) {
  return endpoint({
    summary: 'Delete a file',
    params: fileParams,
    responses: { 204: { description: 'It is gone' } },
    async handle(request) {
      const { id } = await reachFile(files, request.params.id, request.caller, ownerOrAdmin);
      await files.remove(id, (trx, file) =>
        audit.record(trx, { by: actorOf(request), action: 'file.delete', subject: { kind: 'file', id, title: file.name }, before: file }),
      );
      return noContent();
    },
  });
}

// DELETE /api/files/{id}: removes a file; deliveries of it end with an error that says so.
import { endpoint, noContent } from '../http/endpoint.ts';
import { fileParams, ownerOrAdmin, reachFile } from './file-access.ts';
import type { Files } from './files.ts';

export function deleteFile(files: Files) {
  return endpoint({
    summary: 'Delete a file',
    params: fileParams,
    responses: { 204: { description: 'It is gone' } },
    async handle({ params, caller }) {
      const file = await reachFile(files, params.id, caller, ownerOrAdmin);
      await files.remove(file.id);
      return noContent();
    },
  });
}

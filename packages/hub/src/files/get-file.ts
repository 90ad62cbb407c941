// GET /api/files/{id}: what the hub knows of a file.
import { fileSchema } from '@relevo/protocol';
import { endpoint, json } from '../http/endpoint.ts';
import { type FileAccess, fileParams, ownerOrAdmin, reachFile } from './file-access.ts';
import type { Files } from './files.ts';

export function getFile(files: Files, access: FileAccess = ownerOrAdmin) {
  return endpoint({
    summary: 'Get a file',
    params: fileParams,
    responses: { 200: { description: 'The file', schema: fileSchema } },
    async handle({ params, caller }) {
      return json(await reachFile(files, params.id, caller, access));
    },
  });
}

// GET and HEAD /api/files/{id}/content: the bytes, whole or in part.
import { fileResponse } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { type FileAccess, fileParams, ownerOrAdmin, reachFile } from './file-access.ts';
import type { Files } from './files.ts';

const query = z.object({
  disposition: z.enum(['attachment', 'inline']).default('attachment').describe('inline is honoured for types that cannot run anything'),
});

export function fileContent(files: Files, access: FileAccess = ownerOrAdmin) {
  return endpoint({
    summary: 'Download a file',
    params: fileParams,
    query,
    headers: {
      Range: 'One range of bytes (RFC 9110); several are answered with the whole',
      'If-Range': 'The `ETag` that the range is of',
      'If-None-Match': '`ETag`s that are there already',
    },
    responses: {
      200: { description: 'The bytes', mediaType: '*/*' },
      206: { description: 'A part of the bytes', mediaType: '*/*' },
      304: { description: 'The bytes are those you have' },
    },
    async handle({ raw, params, query, caller }) {
      const file = await reachFile(files, params.id, caller, access);
      const { name, size, sha256, media_type: mediaType } = file;
      return fileResponse(raw, { path: files.blobPath(sha256), name, size, sha256, mediaType, disposition: query.disposition });
    },
  });
}

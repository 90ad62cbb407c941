// GET /api/files/{id}/manifest: the chunks of a file, so that who has some of them need not fetch those.
import { manifestSchema } from '@relevo/protocol';
import { endpoint } from '../http/endpoint.ts';
import { type FileAccess, fileParams, ownerOrAdmin, reachFile } from './file-access.ts';
import type { Files } from './files.ts';

export function fileManifest(files: Files, access: FileAccess = ownerOrAdmin) {
  return endpoint({
    summary: 'Get the manifest of a file',
    params: fileParams,
    responses: { 200: { description: 'Its content-defined chunks, in order', schema: manifestSchema } },
    async handle({ params, caller }) {
      const { sha256 } = await reachFile(files, params.id, caller, access);
      return new Response(await files.manifests.text(sha256), { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
    },
  });
}

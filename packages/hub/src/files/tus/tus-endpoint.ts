// /api/uploads: resumable uploads by tus 1.0, handed to the protocol's own server.
import { endpoint } from '../../http/endpoint.ts';
import type { TusUploads } from './tus-uploads.ts';

export function tusEndpoint(uploads: TusUploads) {
  return endpoint({
    summary: 'Resumable upload (tus 1.0: creation, creation-with-upload, termination, checksum, expiration); metadata `filename`',
    headers: { 'Tus-Resumable': '1.0.0; the others are those of tus 1.0' },
    responses: {
      200: { description: '`HEAD`: where the upload stands' },
      201: { description: 'Made; `Location` says where' },
      204: { description: 'The part was taken, the upload ended, or what the server can; the answer that completes an upload carries `Relevo-File-Id`' },
    },
    handle: ({ raw, caller }) => uploads.handle(raw, caller),
  });
}

// /api/uploads: resumable uploads by tus 1.0, handed to the protocol's own server.
import { endpoint } from '../../http/endpoint.ts';
import type { TusUploads } from './tus-uploads.ts';

export function tusEndpoint(uploads: TusUploads) {
  return endpoint({
    summary: 'Resumable upload (tus 1.0: creation, creation-with-upload, termination, checksum, expiration); metadata `filename`',
    responses: { 200: { description: 'As tus 1.0 says; the answer that completes an upload carries Relevo-File-Id' } },
    handle: ({ raw, caller }) => uploads.handle(raw, caller),
  });
}

// GET and HEAD /api/executables/{name}/content: the executable itself; for anybody, since a machine that is to become an agent has no account.
import { fileResponse, ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint } from '../http/endpoint.ts';
import type { Executables } from './executables.ts';

export function executableContent(executables: Executables) {
  return endpoint({
    summary: 'Download an executable of Relevo',
    params: z.object({ name: z.string() }),
    responses: {
      200: { description: 'The bytes', mediaType: 'application/octet-stream' },
      206: { description: 'A part of the bytes', mediaType: 'application/octet-stream' },
      304: { description: 'The bytes are those you have' },
    },
    async handle({ raw, params }) {
      const found = await executables.find(params.name);
      if (!found) throw new ProblemError('not_found', 'This hub does not offer such an executable');
      const { path, name, size, sha256 } = found;
      return fileResponse(raw, { path, name, size, sha256, mediaType: 'application/octet-stream', disposition: 'attachment' });
    },
  });
}

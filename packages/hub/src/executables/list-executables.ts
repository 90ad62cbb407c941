// GET /api/executables: what an agent can be started from, for the command that an operator copies.
import { executableSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import type { Executables } from './executables.ts';

export function listExecutables(executables: Executables) {
  return endpoint({
    summary: 'The executables of Relevo that this hub offers for agents, one for each platform that it has one for',
    responses: { 200: { description: 'Their names, platforms, sizes and SHA-256', schema: z.object({ executables: z.array(executableSchema) }) } },
    async handle() {
      const offered = await executables.list();
      return json({ executables: offered.map(({ path: _path, ...executable }) => executable) });
    },
  });
}

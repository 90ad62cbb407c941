// GET /healthz and /readyz: whether the process lives, and whether it can serve now.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';

const schema = z.object({ status: z.literal('ok') });

export function alive() {
  return endpoint({
    summary: 'The process is alive',
    responses: { 200: { description: 'Alive', schema } },
    handle: () => json({ status: 'ok' }),
  });
}

export function ready(draining: () => boolean) {
  return endpoint({
    summary: 'The hub can serve',
    responses: { 200: { description: 'Ready', schema }, 503: { description: 'Going away' } },
    handle() {
      if (draining()) throw new ProblemError('draining', 'the hub is going away', { headers: { 'retry-after': '2' } });
      return json({ status: 'ok' });
    },
  });
}

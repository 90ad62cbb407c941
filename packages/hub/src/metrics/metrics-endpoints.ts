// GET /metrics for Prometheus, and GET /api/metrics: the four figures an operator looks at.
import { createHash, timingSafeEqual } from 'node:crypto';
import { parseBearer } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { Auth } from '../auth/auth.ts';
import { isInScope } from '../auth/scopes.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Metrics } from './metrics.ts';

export function prometheusMetrics(metrics: Metrics, auth: Auth, token: string | undefined) {
  return endpoint({
    summary: 'Metrics in the Prometheus text format, for administrators or the METRICS_TOKEN',
    responses: { 200: { description: 'The text form of Prometheus, version 0.0.4', mediaType: 'text/plain' } },
    async handle({ raw }) {
      const given = parseBearer(raw.headers.get('authorization'));
      if (!(token !== undefined && given !== undefined && isSame(given, token))) {
        const caller = await auth.callerOf(raw);
        if (!caller) throw new ProblemError('unauthenticated');
        if (caller.role !== 'admin' || !isInScope(caller.scopes, ['admin'])) throw new ProblemError('forbidden', 'this is for administrators');
      }
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' } });
    },
  });
}

export function operatorFigures(metrics: Metrics) {
  return endpoint({
    summary: 'Connections, operations, messages per second (over 10 s), errors per minute',
    responses: {
      200: {
        description: 'The figures now',
        schema: z.object({ active_connections: z.number(), active_operations: z.number(), messages_per_second: z.number(), errors_per_minute: z.number() }),
      },
    },
    handle: () => json(metrics.figures()),
  });
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

// POST /api/agents/tokens: a one-time or limited enrolment token, shown once.
import { z } from 'zod';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';
import { labelsSchema } from './labels.ts';

const dayMs = 86_400_000;

export function createEnrolmentToken(agents: Agents) {
  return endpoint({
    summary: 'Make an enrolment token',
    body: z.object({
      uses: z.number().int().min(1).max(100_000).default(1),
      expires_in_ms: z
        .number()
        .int()
        .min(1000)
        .max(3650 * dayMs)
        .optional(),
      labels: labelsSchema.default([]),
      approved: z.boolean().default(false),
    }),
    responses: {
      201: {
        description: 'The token; it is not shown again',
        schema: z.object({
          id: z.string(),
          token: z.string(),
          uses: z.number(),
          expires_at: z.string().nullable(),
          labels: z.array(z.string()),
          approved: z.boolean(),
        }),
      },
    },
    async handle(request) {
      const { uses, expires_in_ms, labels, approved } = request.body;
      const expiresAt = expires_in_ms === undefined ? undefined : new Date(Date.now() + expires_in_ms).toISOString();
      const { id, token } = await agents.tokens.create({ uses, expiresAt, labels, approved }, actorOf(request));
      return json({ id, token, uses, expires_at: expiresAt ?? null, labels, approved }, 201);
    },
  });
}

// API keys as they stand in JSON, and what may be asked of them.
import { apiKeyScopes } from '@relevo/protocol';
import { z } from 'zod';

/** Longest life a key may be given, milliseconds: ten years. */
const lifeMaxMs = 10 * 366 * 86_400_000;

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  scopes: z.array(z.enum(apiKeyScopes)).nullable(),
});

export const newApiKeySchema = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(128)
    .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters'),
  expires_in_ms: z.number().int().min(1000).max(lifeMaxMs).optional(),
  /** Without them the key may all that its owner may. */
  scopes: z.array(z.enum(apiKeyScopes)).min(1).max(apiKeyScopes.length).optional(),
});

export const apiKeyParamsSchema = z.object({ id: z.string().max(64) });

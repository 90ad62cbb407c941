// GET /api/api-keys: one's own API keys, without the keys themselves.
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { apiKeySchema } from './api-key-input.ts';
import type { ApiKeys } from './api-keys.ts';

export function listApiKeys(apiKeys: ApiKeys) {
  return endpoint({
    summary: "One's own API keys",
    responses: { 200: { description: 'By age', schema: z.object({ api_keys: z.array(apiKeySchema) }) } },
    handle: async ({ caller }) => json({ api_keys: await apiKeys.list(caller.userId) }),
  });
}

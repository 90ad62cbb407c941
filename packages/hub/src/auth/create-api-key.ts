// POST /api/api-keys: makes a key for a program that acts as the caller. The answer is the only place where the key is shown.
import { z } from 'zod';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { apiKeySchema, newApiKeySchema } from './api-key-input.ts';
import type { ApiKeys } from './api-keys.ts';

export function createApiKey(apiKeys: ApiKeys) {
  return endpoint({
    summary: 'Make an API key',
    body: newApiKeySchema,
    responses: {
      201: { description: 'The key, shown this once', schema: apiKeySchema.extend({ key: z.string() }) },
      429: { description: '`too_many_api_keys`' },
    },
    handle: async (request) => json(await apiKeys.create(actorOf(request), request.body), 201),
  });
}

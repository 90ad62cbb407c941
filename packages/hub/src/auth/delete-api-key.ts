// DELETE /api/api-keys/{id}: a key stops working at once.
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, noContent } from '../http/endpoint.ts';
import { apiKeyParamsSchema } from './api-key-input.ts';
import type { ApiKeys } from './api-keys.ts';

export function deleteApiKey(apiKeys: ApiKeys) {
  return endpoint({
    summary: 'Delete an API key',
    params: apiKeyParamsSchema,
    responses: { 204: { description: 'Gone' }, 404: { description: '`not_found`' } },
    handle: async (request) => {
      await apiKeys.delete(actorOf(request), request.params.id);
      return noContent();
    },
  });
}

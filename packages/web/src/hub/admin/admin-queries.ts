// What the pages of administration ask of the hub, and those of the reader's own API keys.
import type { ApiKeyScope, EnrolmentToken, HubHealth, SettingResource } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../http/request.ts';

export interface ApiKey {
  id: string;
  name: string;
  /** Its first characters. */
  start: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  /** Null: all that its owner may. */
  scopes: ApiKeyScope[] | null;
}

const listRefreshMs = 15_000;
const healthRefreshMs = 5_000;

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await request<{ api_keys: ApiKey[] }>('GET', '/api/api-keys', { signal })).api_keys,
  refetchInterval: listRefreshMs,
});

export interface NewApiKey {
  name: string;
  expires_in_ms?: number;
  scopes?: ApiKeyScope[];
}

export function useCreateApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: NewApiKey) => request<ApiKey & { key: string }>('POST', '/api/api-keys', { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
}

export function useDeleteApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('DELETE', `/api/api-keys/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
}

export const tokensQuery = queryOptions({
  queryKey: ['enrolment-tokens'],
  queryFn: async ({ signal }) => (await request<{ tokens: EnrolmentToken[] }>('GET', '/api/agents/tokens', { signal })).tokens,
  refetchInterval: listRefreshMs,
});

export function useRevokeToken() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('DELETE', `/api/agents/tokens/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

/** What a setting is, the hub says in the reader's language. */
export const settingsQuery = (language: string) =>
  queryOptions({
    queryKey: ['settings', language],
    queryFn: async ({ signal }) =>
      (await request<{ settings: SettingResource[] }>('GET', '/api/admin/settings', { headers: { 'accept-language': language }, signal })).settings,
  });

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => request<HubHealth>('GET', '/api/admin/health', { signal }),
  refetchInterval: healthRefreshMs,
});

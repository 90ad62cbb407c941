// What the pages ask of the hub about agents.
import type { AgentResource, AgentSession, AgentTaskEnd, Executable, HeldFile, WaitingTaskResource } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCursorPages } from '../../http/cursor-pages.ts';
import { request } from '../../http/request.ts';

/** Presence has no stream of its own yet: it is asked for this often while a page shows it. */
const presenceMs = 2000;
const heldFilesMs = 5000;

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async ({ signal }) => (await request<{ agents: AgentResource[] }>('GET', '/api/agents', { signal })).agents,
  refetchInterval: presenceMs,
});

/** What the hub has for machines that are to become agents. */
export const executablesQuery = queryOptions({
  queryKey: ['executables'],
  queryFn: async ({ signal }) => (await request<{ executables: Executable[] }>('GET', '/api/executables', { signal })).executables,
});

/** An agent that a delivery may name: approved, whether it is there now or not. */
export function takesFiles({ status }: AgentResource): boolean {
  return status === 'online' || status === 'offline';
}

export function agentFilesQuery(agentId: string) {
  return queryOptions({
    queryKey: ['agents', agentId, 'files'],
    queryFn: ({ signal }) => request<HeldFile[]>('GET', `/api/agents/${encodeURIComponent(agentId)}/files`, { signal }),
    refetchInterval: heldFilesMs,
  });
}

/** As many connections as tell a week of an agent that is often lost. */
const sessionsMax = 500;
const tasksMax = 500;

export function agentSessionsQuery(agentId: string) {
  return queryOptions({
    queryKey: ['agents', agentId, 'sessions'],
    queryFn: async ({ signal }) =>
      (await request<{ sessions: AgentSession[] }>('GET', `/api/agents/${encodeURIComponent(agentId)}/sessions`, { query: { limit: sessionsMax }, signal }))
        .sessions,
    refetchInterval: heldFilesMs,
  });
}

export function agentTasksQuery(agentId: string) {
  return queryOptions({
    queryKey: ['agents', agentId, 'tasks'],
    queryFn: ({ signal }) =>
      request<{ tasks: WaitingTaskResource[]; total: number }>('GET', `/api/agents/${encodeURIComponent(agentId)}/tasks`, {
        query: { limit: tasksMax },
        signal,
      }),
    refetchInterval: presenceMs,
  });
}

interface HistoryPage {
  tasks: AgentTaskEnd[];
  next_cursor: string | null;
}

const tasksOf = (page: HistoryPage) => page.tasks;

export function useAgentHistory(agentId: string) {
  const path = `/api/agents/${encodeURIComponent(agentId)}/history`;
  return useCursorPages<HistoryPage, AgentTaskEnd>({ queryKey: ['agents', agentId, 'history'], path, rowsOf: tasksOf, refreshMs: heldFilesMs });
}

export interface AgentChange {
  id: string;
  status?: 'approved';
  name?: string;
  labels?: string[];
}

export function useChangeAgent() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: AgentChange) => request<AgentResource>('PATCH', `/api/agents/${encodeURIComponent(id)}`, { body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: agentsQuery.queryKey }),
  });
}

export function useRevokeAgent() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<unknown>('DELETE', `/api/agents/${encodeURIComponent(id)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: agentsQuery.queryKey }),
  });
}

export interface TokenRequest {
  uses: number;
  expires_in_ms: number;
  labels: string[];
  approved: boolean;
}

export function useCreateToken() {
  return useMutation({ mutationFn: (body: TokenRequest) => request<{ token: string; expires_at: string | null }>('POST', '/api/agents/tokens', { body }) });
}

export function useDeleteOnAgent(agentId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<{ operation_id: string }>('DELETE', `/api/agents/${encodeURIComponent(agentId)}/files/${encodeURIComponent(name)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['agents', agentId, 'files'] }),
  });
}

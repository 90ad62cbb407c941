// What the home page asks of the hub: what needs attention, what is open, and the figures over time.
import type { OperationSummary } from '@relevo/protocol';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from '../../http/request.ts';

export const periods = ['hour', 'day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

const activityMs = 5_000;
const attentionMs = 5_000;

interface AgentInNeed {
  id: string;
  name: string;
  last_seen_at: string | null;
  created_at: string;
  tasks_waiting: number;
}

export interface Attention {
  since: string;
  failed_operations: { count: number; operations: (OperationSummary & { message: string })[] };
  operations_standing_still: { count: number; operations: (OperationSummary & { message: string; id_conexion: number })[] };
  agents_away: { count: number; agents: AgentInNeed[] };
  agents_pending: { count: number; agents: AgentInNeed[] };
  routers_unreachable: { count: number; routers: { id_router: number; nombre: string; error: string; comprobado_at: string }[] };
  disk: { free_bytes: number; total_bytes: number; is_low: boolean } | null;
}

export interface ActivityBucket {
  at: string;
  agents_online_min?: number | null;
  agents_online_max?: number | null;
  bytes_in?: number;
  bytes_out?: number;
  completed: number;
  failed: number;
  stopped: number;
}

export const attentionQuery = queryOptions({
  queryKey: ['attention'],
  queryFn: ({ signal }) => request<Attention>('GET', '/api/attention', { signal }),
  refetchInterval: attentionMs,
});

export function activityQuery(period: Period) {
  return queryOptions({
    queryKey: ['activity', period],
    queryFn: ({ signal }) => request<{ bucket_ms: number; buckets: ActivityBucket[] }>('GET', '/api/activity', { query: { period }, signal }),
    refetchInterval: activityMs,
    placeholderData: keepPreviousData,
  });
}

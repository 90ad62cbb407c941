// What the audit page asks of the hub.
import type { AuditEntry } from '@relevo/protocol';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { request } from '../../http/request.ts';
import { type AuditSearch, auditQueryOf } from './audit-search.ts';

interface AuditPage {
  entries: AuditEntry[];
  next_cursor: string | null;
}

const pageSize = 50;
const refreshMs = 10_000;

export function auditQuery(search: AuditSearch) {
  return infiniteQueryOptions({
    queryKey: ['audit', search],
    queryFn: ({ pageParam, signal }) =>
      request<AuditPage>('GET', '/api/audit', { query: { ...auditQueryOf(search), cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

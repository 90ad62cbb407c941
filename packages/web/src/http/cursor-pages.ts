// A list that the server gives in pages: more are loaded as the reader goes on, and short lists are kept fresh by themselves.
import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { request } from './request.ts';

interface CursorPagesOptions<Page, Row> {
  queryKey: QueryKey;
  path: string;
  query?: Record<string, string | number | undefined>;
  rowsOf: (page: Page) => readonly Row[];
  /** Asked again this often; never by itself when absent. */
  refreshMs?: number;
  enabled?: boolean;
  retry?: false;
}

/** Up to so many pages are fetched again as a whole; of longer lists only the first is, to see whether something changed. */
const freshPagesMax = 3;

export function useCursorPages<Page extends { next_cursor: string | null }, Row>(options: CursorPagesOptions<Page, Row>) {
  const { queryKey, path, query = {}, rowsOf, refreshMs, enabled = true, retry } = options;
  const queryClient = useQueryClient();
  const ask = (cursor: string | undefined, signal: AbortSignal) => request<Page>('GET', path, { query: { ...query, cursor }, signal });

  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (asked) => (refreshMs !== undefined && isShort(asked) ? refreshMs : false),
    refetchOnWindowFocus: isShort,
    refetchOnReconnect: isShort,
    refetchOnMount: isShort,
    enabled,
    ...(retry !== undefined && { retry }),
  });
  const { data } = list;
  const isLong = (data?.pages.length ?? 0) > freshPagesMax;
  const head = useQuery({
    queryKey: ['head of', ...queryKey],
    queryFn: ({ signal }) => ask(undefined, signal),
    refetchInterval: refreshMs ?? false,
    enabled: enabled && isLong && refreshMs !== undefined && !list.isPlaceholderData,
    gcTime: 0,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => rowsOf(page)), [data, rowsOf]);
  const first = data?.pages[0];
  const isOutdated = useMemo(
    () => isLong && head.data !== undefined && first !== undefined && !beginsWith(rowsOf(head.data), rowsOf(first)),
    [isLong, head.data, first, rowsOf],
  );
  const startOver = useCallback(() => {
    queryClient.setQueryData<InfiniteData<Page>>(
      queryKey,
      (before) => before && { pages: before.pages.slice(0, 1), pageParams: before.pageParams.slice(0, 1) },
    );
    void queryClient.invalidateQueries({ queryKey });
  }, [queryClient, queryKey]);
  return { ...list, rows, isOutdated, startOver };
}

function isShort({ state }: { state: { data: InfiniteData<unknown> | undefined } }): boolean {
  return (state.data?.pages?.length ?? 0) <= freshPagesMax;
}

function beginsWith(rows: readonly unknown[], start: readonly unknown[]): boolean {
  return start.every((row, index) => JSON.stringify(row) === JSON.stringify(rows[index]));
}

// A list of any length that the server gives by places: the pages around what is looked at are fetched and kept fresh, others are forgotten.

import { useDebouncedValue } from '@mantine/hooks';
import { hashKey, type QueryKey, type UseQueryResult, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { request } from '../../http/request.ts';
import type { RowSource } from './row-source.ts';
import type { TableQuery } from './table-query.ts';

interface PlacedRowsOptions<Page, Row> {
  queryKey: QueryKey;
  path: string;
  query?: Record<string, string | number | undefined>;
  /** Rows that one request asks for. */
  pageSize: number;
  rowsOf: (page: Page) => readonly Row[];
  refreshMs: number;
}

/** While the scrollbar is dragged nothing is asked for: only where it rests so long. */
const restMs = 60;
/** Pages that are not looked at are kept so long. */
const keptMs = 60_000;
/** Pages that are fetched at the same time when many are wanted at once. */
const togetherMax = 4;
/** Rows around those in view that are fetched with them. */
const rowsAround = 25;

interface Answers<Page> {
  pages: readonly (Page | undefined)[];
  newest: Page | undefined;
  error: Error | null;
  isFetching: boolean;
}

/** `rows` is undefined until the first answer; after another question they stay those of the one before until its answer is here. */
export function usePlacedRows<Page extends { total: number }, Row>(
  options: PlacedRowsOptions<Page, Row>,
): { rows: RowSource<Row> | undefined; query: TableQuery } {
  const { queryKey, path, query = {}, pageSize, rowsOf, refreshMs } = options;
  const queryClient = useQueryClient();
  const [seen, setSeen] = useState<readonly number[]>([0]);
  const [wanted] = useDebouncedValue(seen, restMs);
  const pageQuery = (page: number) => ({
    queryKey: [...queryKey, { page }],
    queryFn: ({ signal }: { signal: AbortSignal }) => request<Page>('GET', path, { query: { ...query, offset: page * pageSize, limit: pageSize }, signal }),
    gcTime: keptMs,
  });
  const { pages, newest, error, isFetching } = useQueries({
    queries: wanted.map((page) => ({ ...pageQuery(page), refetchInterval: refreshMs })),
    combine: combined<Page>,
  });

  const onView = useCallback(
    (first: number, last: number) => {
      const from = Math.max(0, Math.floor((first - rowsAround) / pageSize));
      const to = Math.max(from, Math.floor((last + rowsAround) / pageSize));
      setSeen((before) => (before[0] === from && before.at(-1) === to ? before : Array.from({ length: to - from + 1 }, (_, index) => from + index)));
    },
    [pageSize],
  );

  const hash = hashKey(queryKey);
  const last = useRef<{ hash: string; total: number; source: RowSource<Row> }>(undefined);
  const total = newest?.total ?? (last.current?.hash === hash ? last.current.total : undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash stands for the question
  const source = useMemo((): RowSource<Row> | undefined => {
    if (total === undefined) return undefined;
    const near = new Map(wanted.map((page, index) => [page, pages[index]]));
    const kept = (page: number) => near.get(page) ?? queryClient.getQueryData<Page>(pageQuery(page).queryKey);
    const at = (index: number) => {
      const page = kept(Math.floor(index / pageSize));
      return page && rowsOf(page)[index % pageSize];
    };
    function* loaded(): Generator<[number, Row]> {
      for (const [key, page] of queryClient.getQueriesData<Page>({ queryKey })) {
        const place = (key.at(-1) as { page: number }).page * pageSize;
        if (page) for (const [index, row] of rowsOf(page).entries()) yield [place + index, row];
      }
    }
    async function load(first: number, last: number): Promise<readonly Row[]> {
      const from = Math.floor(first / pageSize);
      const numbers = Array.from({ length: Math.floor(last / pageSize) - from + 1 }, (_, index) => from + index);
      const got: Row[] = [];
      for (let index = 0; index < numbers.length; index += togetherMax) {
        const asked = numbers.slice(index, index + togetherMax).map((page) => queryClient.fetchQuery({ ...pageQuery(page), staleTime: keptMs }));
        for (const page of await Promise.all(asked)) got.push(...rowsOf(page));
      }
      return got.slice(first - from * pageSize, last + 1 - from * pageSize);
    }
    return { count: total, isSparse: true, at, loaded, load, onView };
  }, [hash, total, pages, wanted, onView, queryClient, pageSize, rowsOf]);
  if (source && total !== undefined) last.current = { hash, total, source };

  const refetch = useCallback(() => queryClient.invalidateQueries({ queryKey }), [queryClient, queryKey]);
  return {
    rows: source ?? last.current?.source,
    query: {
      isPending: source === undefined && error === null,
      isFetching,
      isPlaceholderData: source === undefined && last.current !== undefined,
      error,
      refetch,
    },
  };
}

function combined<Page>(results: UseQueryResult<Page>[]): Answers<Page> {
  const newest = results.filter(({ data }) => data !== undefined).toSorted((a, b) => b.dataUpdatedAt - a.dataUpdatedAt)[0];
  return {
    pages: results.map(({ data }) => data),
    newest: newest?.data,
    error: results.find(({ error }) => error !== null)?.error ?? null,
    isFetching: results.some(({ isFetching }) => isFetching),
  };
}

// What a table needs to know of the question its rows answer; the results of useQuery, useInfiniteQuery and useCursorPages all have it.

export interface TableQuery {
  isPending: boolean;
  isFetching: boolean;
  /** The rows are those of the question before, until the new ones come. */
  isPlaceholderData: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  isFetchNextPageError?: boolean;
  fetchNextPage?: () => unknown;
  /** The server has other rows by now, and too many are shown to fetch them all again by themselves. */
  isOutdated?: boolean;
  startOver?: () => void;
}

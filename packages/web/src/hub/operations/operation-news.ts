// Tells the lists that an operation of the reader's came or changed its state, so that they are asked for anew; at most once in a while.
import { useThrottledValue } from '@mantine/hooks';
import { useWatcher } from '@relevo/progress/react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

/** Lists are not asked for more often than this because of news, milliseconds. */
const newsEveryMs = 1000;

/** Invalidates the queries under `keys` (made once) on news. */
export function useOperationNews(keys: readonly (readonly string[])[]): void {
  const queryClient = useQueryClient();
  const watcher = useWatcher();
  const all = useMemo(() => watcher.watchAll(), [watcher]);
  const news = useSyncExternalStore(all.subscribe, () => newsOf(all.getSnapshot()));
  const throttled = useThrottledValue(news, newsEveryMs);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the news is the reason to ask
  useEffect(() => {
    // What was known when the page came is in its first answer.
    if (isFirst.current) isFirst.current = false;
    else for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
  }, [throttled, queryClient, keys]);
}

/** A number that is another one when an operation came, went or changed its state, and the same while percentages move. */
function newsOf(operations: readonly { event: { seq: number } | null; operation_id: string }[]): number {
  let sum = operations.length;
  // The `seq` of an operation's own event changes with its state only.
  for (const { event } of operations) sum = (sum * 31 + (event?.seq ?? 0)) | 0;
  return sum;
}

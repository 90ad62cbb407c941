// How many of the reader's operations are open, beside the word in the navigation.
import { Badge } from '@mantine/core';
import { useWatcher } from '@relevo/progress/react';
import { isEnded } from '@relevo/protocol';
import { useMemo, useSyncExternalStore } from 'react';

export function OpenCount() {
  const watcher = useWatcher();
  const all = useMemo(() => watcher.watchAll(), [watcher]);
  // The number itself is what is followed: nothing is drawn while percentages move.
  const open = useSyncExternalStore(all.subscribe, () => all.getSnapshot().reduce((count, { state }) => count + (isEnded(state) ? 0 : 1), 0));
  return open > 0 ? (
    <Badge size="sm" circle={open < 10} variant="filled">
      {open}
    </Badge>
  ) : null;
}

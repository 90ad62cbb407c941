// Which failures the reader has put aside: those up to a time, remembered in this browser.
import { useCallback, useState } from 'react';
import { useMe } from '../session/session.ts';

/** `isSeen` and `markSeen` go by the times at which operations ended. */
export function useSeenFailures(): { isSeen: (endedAt: string | null) => boolean; markSeen: (endedAt: readonly (string | null)[]) => void } {
  const key = `relevo.failures_seen.${useMe().id}`;
  const [seen, setSeen] = useState(() => localStorage.getItem(key) ?? '');
  const isSeen = useCallback((endedAt: string | null) => (endedAt ?? '') <= seen, [seen]);
  const markSeen = useCallback(
    (endedAt: readonly (string | null)[]) => {
      const newest = endedAt.reduce<string>((last, at) => (at !== null && at > last ? at : last), seen);
      localStorage.setItem(key, newest);
      setSeen(newest);
    },
    [key, seen],
  );
  return { isSeen, markSeen };
}

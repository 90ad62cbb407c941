// One operation of anybody's, live: the reader's own over the page's watcher, others' over one watcher for each owner, for an administrator.
import { useWatcher } from '@relevo/progress/react';
import { createWatcher, type Watch, type WatchedOperation, type Watcher } from '@relevo/progress/watch';
import { isEnded, type OperationSummary } from '@relevo/protocol';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { refreshSession, useMe } from '../session/session.ts';
import { hubUserId } from './owner-names.ts';

/** Sockets open at once for others' operations; of further owners, and of the hub itself, the rows show what the list says. */
const ownersMax = 16;
/** Numbers that change more often than this cannot be read. */
export const shownEveryMs = 100;

const OwnersContext = createContext<OwnerWatchers | null>(null);

/** Watchers of other people's operations, made when a row needs one, ended with the page. */
class OwnerWatchers {
  readonly #watchers = new Map<number, Watcher>();

  of(userId: number): Watcher | undefined {
    const known = this.#watchers.get(userId);
    if (known || this.#watchers.size >= ownersMax) return known;
    const watcher = createWatcher({ userId, refresh: refreshSession, notifyIntervalMs: shownEveryMs });
    this.#watchers.set(userId, watcher);
    return watcher;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

/** Below it `useLiveOperation` follows others' operations as well. */
export function FollowEverybody({ children }: { children: ReactNode }) {
  const [owners] = useState(() => new OwnerWatchers());
  useEffect(() => () => owners.close(), [owners]);
  return <OwnersContext value={owners}>{children}</OwnersContext>;
}

/** What the watcher knows of an operation that a list named; undefined for one that has ended, or when nothing was heard of it yet. */
export function useLiveOperation({ user_id, operation_id, state }: OperationSummary): WatchedOperation | undefined {
  const me = useMe();
  const own = useWatcher();
  const owners = useContext(OwnersContext);
  const isOpen = !isEnded(state);
  const watch = useMemo((): Watch<WatchedOperation> | undefined => {
    if (!isOpen) return undefined;
    if (user_id === hubUserId) return undefined;
    return (user_id === me.id ? own : owners?.of(user_id))?.watchOperation(operation_id);
  }, [isOpen, user_id, operation_id, me.id, own, owners]);
  const live = useSyncExternalStore(watch?.subscribe ?? nothing, watch?.getSnapshot ?? unknown);
  return live && live.seq > 0 ? live : undefined;
}

function nothing(): () => void {
  return () => {};
}

function unknown(): WatchedOperation | undefined {
  return undefined;
}

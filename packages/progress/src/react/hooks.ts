// React's view of a watcher: the stores are the SDK's, the hooks only subscribe.
import { createContext, createElement, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';
import type { ConnectionState, Watch, WatchedOperation, Watcher } from '../watch/index.ts';

const WatcherContext = createContext<Watcher | null>(null);

/** Gives the components below one watcher, and so one socket. */
export function WatcherProvider({ watcher, children }: { watcher: Watcher; children?: ReactNode }) {
  return createElement(WatcherContext.Provider, { value: watcher }, children);
}

export function useWatcher(): Watcher {
  const watcher = useContext(WatcherContext);
  if (!watcher) throw new Error('useWatcher needs a <WatcherProvider> above');
  return watcher;
}

function useWatch<T>(watch: Watch<T>): T {
  return useSyncExternalStore(watch.subscribe, watch.getSnapshot, watch.getSnapshot);
}

/** One operation, live. Before the hub answered it is `pending` with `seq` 0. */
export function useOperation(operationId: string): WatchedOperation {
  const watcher = useWatcher();
  return useWatch(useMemo(() => watcher.watchOperation(operationId), [watcher, operationId]));
}

/** Every operation of the watcher's user that is open or changed since the watch began, newest first. */
export function useOperations(): readonly WatchedOperation[] {
  const watcher = useWatcher();
  return useWatch(useMemo(() => watcher.watchAll(), [watcher]));
}

/** The state of the watcher's connection. */
export function useConnection(): ConnectionState {
  const { connection } = useWatcher();
  return useSyncExternalStore(connection.subscribe, connection.getSnapshot, connection.getSnapshot);
}

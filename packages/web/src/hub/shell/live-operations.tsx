// One watcher for the signed-in person, open as long as the pages are, and tied to the life of the session and the network.

import { useConnection, WatcherProvider } from '@relevo/progress/react';
import { createWatcher, type Watcher } from '@relevo/progress/watch';
import { closeCodes } from '@relevo/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { shownEveryMs } from '../operations/live-operation.tsx';
import { forgetSession, refreshSession, useMe } from '../session/session.ts';

export function LiveOperations({ children }: { children: ReactNode }) {
  const { id } = useMe();
  return (
    <OperationsOf key={id} userId={id}>
      {children}
    </OperationsOf>
  );
}

/** Gives the pages below the operations of one person; an administrator may name anyone. */
export function OperationsOf({ userId, children }: { userId: number; children: ReactNode }) {
  const [watcher] = useState(() => createWatcher({ userId, refresh: refreshSession, notifyIntervalMs: shownEveryMs }));
  useEffect(() => followNetwork(watcher), [watcher]);
  return (
    <WatcherProvider watcher={watcher}>
      <SessionEnd />
      {children}
    </WatcherProvider>
  );
}

/** A network that came back may have left a socket that looks open and is dead: it is replaced at once. */
function followNetwork(watcher: Watcher): () => void {
  const keep = watcher.watchAll().subscribe(() => {});
  const cameBack = () => watcher.reconnect();
  addEventListener('online', cameBack);
  return () => {
    removeEventListener('online', cameBack);
    keep();
    watcher.close();
  };
}

function SessionEnd() {
  const queryClient = useQueryClient();
  const connection = useConnection();
  const isOver = connection.state === 'ended' && connection.code === closeCodes.sessionEnded;
  useEffect(() => {
    if (isOver) forgetSession(queryClient);
  }, [isOver, queryClient]);
  return null;
}

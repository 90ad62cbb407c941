// The removals that this window carries: they go on when their dialog is closed, and after a reload.
import { useWatcher } from '@relevo/progress/react';
import type { Watcher } from '@relevo/progress/watch';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useMe } from '../../session/session.ts';
import { askStep } from './ask-step.ts';
import { RemovalRun, type RunSnapshot } from './removal-run.ts';
import type { RemovedConnection } from './step-requests.ts';

const runs = new Map<string, RemovalRun>();

function runOf(watcher: Watcher, operationId: string, connection: RemovedConnection, userId: number): RemovalRun {
  const key = `${userId} ${operationId}`;
  const run = runs.get(key) ?? new RemovalRun(watcher.watchOperation(operationId), (step) => askStep(step, { connection, operationId, userId }));
  runs.set(key, run);
  return run;
}

/**
 * The run of an operation. It goes on by itself only if it was confirmed in this window: an address that somebody sent must not remove
 * anything when it is opened.
 */
export function useRemovalRun(operationId: string, connection: RemovedConnection): [RemovalRun, RunSnapshot] {
  const watcher = useWatcher();
  const { id } = useMe();
  const [run] = useState(() => runOf(watcher, operationId, connection, id));
  useEffect(() => {
    if (takeConfirmed(operationId) === 'new') run.begin();
    else if (isConfirmed(operationId)) run.resume();
  }, [run, operationId]);
  return [run, useSyncExternalStore(run.subscribe, run.getSnapshot)];
}

const storageKey = (operationId: string) => `relevo.removal.${operationId}`;

/** Remembers, for this window and its reloads, that the removal was confirmed here. */
export function rememberConfirmed(operationId: string): void {
  sessionStorage.setItem(storageKey(operationId), 'new');
}

/** Says once that the operation is new. */
function takeConfirmed(operationId: string): string | null {
  const kept = sessionStorage.getItem(storageKey(operationId));
  if (kept === 'new') sessionStorage.setItem(storageKey(operationId), 'begun');
  return kept;
}

function isConfirmed(operationId: string): boolean {
  return sessionStorage.getItem(storageKey(operationId)) !== null;
}

// What a watcher gives: operations to follow, each a store of its newest state and a sequence of its events.
import type { ProgressEvent } from '@relevo/protocol';
import type { ConnectionState } from './connection.ts';
import type { Store } from './store.ts';
import type { WatchedOperation } from './watched-operation.ts';

/** A store of the newest state, and, for `for await`, every event in order. Nothing is asked of the hub before somebody listens. */
export interface Watch<T> extends Store<T>, AsyncIterable<ProgressEvent> {}

export interface Watcher {
  readonly connection: Store<ConnectionState>;
  /** Follows one operation; its iteration ends with the operation. */
  watchOperation(operationId: string): Watch<WatchedOperation>;
  /** Follows every operation of the user, newest first. */
  watchAll(): Watch<readonly WatchedOperation[]>;
  /** Asks the hub to stop an operation: `sent` now, `queued` until the connection is back, or `refused` because too much is queued. */
  stop(operationId: string): 'sent' | 'queued' | 'refused';
  /** Connects now, skipping a wait; after an end, tries again. */
  reconnect(): void;
  /** Ends everything: iterations too. The watcher is of no use afterwards. */
  close(): void;
}

// Holds the watches of one watcher and its socket together: what is said to the hub when somebody begins or ceases to listen, and
// when a connection opens.
import { type ClientMessage, isEnded, type ProgressEvent } from '@relevo/protocol';
import { Connection, type ConnectionOptions, type ConnectionState } from './connection.ts';
import { EventQueue } from './event-queue.ts';
import { readServerMessage } from './server-message.ts';
import type { Store } from './store.ts';
import type { Watch, Watcher } from './watch.ts';
import { snapshotEvents, unknownOperation, type WatchedOperation } from './watched-operation.ts';
import { type WatchedEntry, WatchedSet, type WatchedSetOptions } from './watched-set.ts';

export interface HubWatcherOptions extends WatchedSetOptions {
  connection: Omit<ConnectionOptions, 'onOpen' | 'onMessage'>;
  lingerMs: number;
  eventsMax: number;
  commandsMax: number;
}

export class HubWatcher implements Watcher {
  readonly connection: Store<ConnectionState>;
  readonly #options: HubWatcherOptions;
  readonly #link: Connection;
  readonly #watched: WatchedSet;
  /** Stops that wait for a connection. */
  readonly #commands: ClientMessage[] = [];
  #allHolders = 0;
  #isClosed = false;

  constructor(options: HubWatcherOptions) {
    this.#options = options;
    this.#watched = new WatchedSet(options);
    this.#link = new Connection({ ...options.connection, onOpen: () => this.#resume(), onMessage: (text) => this.#receive(text) });
    this.connection = this.#link.state;
  }

  watchOperation(operationId: string): Watch<WatchedOperation> {
    const unknown = unknownOperation(operationId);
    return {
      subscribe: (listener) => {
        const entry = this.#hold(operationId);
        const unsubscribe = entry.listeners.add(listener);
        return once(() => {
          unsubscribe();
          this.#letGo(entry);
        });
      },
      getSnapshot: () => this.#watched.get(operationId)?.told ?? unknown,
      [Symbol.asyncIterator]: () => {
        const entry = this.#hold(operationId);
        const queue = this.#queue(entry.queues, [entry.operation], () => this.#letGo(entry));
        if (isEnded(entry.operation.state)) queue.close();
        return queue;
      },
    };
  }

  watchAll(): Watch<readonly WatchedOperation[]> {
    return {
      subscribe: (listener) => {
        this.#holdAll();
        const unsubscribe = this.#watched.listeners.add(listener);
        return once(() => {
          unsubscribe();
          this.#letAllGo();
        });
      },
      getSnapshot: () => this.#watched.list(),
      [Symbol.asyncIterator]: () => {
        this.#holdAll();
        const known = Array.from(this.#watched.values(), ({ operation }) => operation).filter(({ seq }) => seq > 0);
        return this.#queue(this.#watched.queues, known, () => this.#letAllGo());
      },
    };
  }

  stop(operationId: string): 'sent' | 'queued' | 'refused' {
    const command: ClientMessage = { type: 'stop_operation', operation_id: operationId };
    if (this.#say(command)) return 'sent';
    if (this.#isClosed || this.#commands.length >= this.#options.commandsMax) return 'refused';
    this.#commands.push(command);
    this.#link.open();
    return 'queued';
  }

  reconnect(): void {
    this.#link.reconnect();
  }

  close(): void {
    this.#isClosed = true;
    this.#watched.close();
    this.#link.close();
  }

  #say(message: ClientMessage): boolean {
    return this.#link.send(JSON.stringify(message));
  }

  #askFor({ operation_id, seq }: WatchedOperation): void {
    this.#say({ type: 'start_operation', operation_id, ...(seq > 0 && { after: seq }) });
  }

  /**
   * A new connection knows nothing: says how far each watch came, then that everything is watched, then what waited. In this order, so
   * that the missed events of a known operation come before the snapshot that `watch` is answered with.
   */
  #resume(): void {
    for (const { operation, holders } of this.#watched.values()) {
      if (!isEnded(operation.state) && (holders > 0 || operation.seq > 0)) this.#askFor(operation);
    }
    if (this.#allHolders > 0) this.#say({ type: 'watch', scope: 'user' });
    for (const command of this.#commands.splice(0)) this.#say(command);
  }

  #receive(text: string): void {
    const message = readServerMessage(text);
    if (message === undefined) return;
    if ('type' in message && message.type === 'error') {
      const entry = message.operation_id === undefined ? undefined : this.#watched.get(message.operation_id);
      if (entry) this.#watched.refuse(entry, message);
      return;
    }
    const event: ProgressEvent = message;
    const isWanted = this.#allHolders > 0 || this.#watched.get(event.operation_id) !== undefined;
    if (isWanted) this.#watched.apply(this.#watched.getOrAdd(event.operation_id), event);
  }

  #hold(operationId: string): WatchedEntry {
    const entry = this.#watched.getOrAdd(operationId);
    // One that ended is complete; one that is held or lingers is followed, and so is one that came by a watch of everything.
    const isFollowed = isEnded(entry.operation.state) || isHeld(entry) || (this.#allHolders > 0 && entry.operation.seq > 0);
    clearTimeout(entry.linger);
    entry.linger = undefined;
    entry.holders += 1;
    if (!this.#isClosed) this.#link.open();
    if (!isFollowed) this.#askFor(entry.operation);
    return entry;
  }

  #letGo(entry: WatchedEntry): void {
    entry.holders -= 1;
    if (entry.holders > 0 || this.#isClosed) return;
    clearTimeout(entry.linger);
    entry.linger = setTimeout(() => {
      entry.linger = undefined;
      if (this.#allHolders > 0) return;
      this.#watched.delete(entry.operation.operation_id);
      if (!isEnded(entry.operation.state)) this.#say({ type: 'unwatch', operation_id: entry.operation.operation_id });
      this.#hangUpWhenUnused();
    }, this.#options.lingerMs);
  }

  #holdAll(): void {
    this.#allHolders += 1;
    if (!this.#isClosed) this.#link.open();
    if (this.#allHolders === 1) this.#say({ type: 'watch', scope: 'user' });
  }

  #letAllGo(): void {
    this.#allHolders -= 1;
    if (this.#allHolders > 0 || this.#isClosed) return;
    setTimeout(() => {
      if (this.#allHolders > 0 || this.#isClosed) return;
      this.#say({ type: 'unwatch', scope: 'user' });
      for (const entry of [...this.#watched.values()]) if (!isHeld(entry)) this.#watched.delete(entry.operation.operation_id);
      this.#hangUpWhenUnused();
    }, this.#options.lingerMs);
  }

  #hangUpWhenUnused(): void {
    const isUsed = this.#allHolders > 0 || [...this.#watched.values()].some(isHeld);
    if (!isUsed && this.#commands.length === 0) this.#link.close();
  }

  #queue(queues: Set<EventQueue>, known: readonly WatchedOperation[], release: () => void): EventQueue {
    const queue = new EventQueue(this.#options.eventsMax, () => {
      queues.delete(queue);
      release();
    });
    queues.add(queue);
    for (const operation of known) for (const event of snapshotEvents(operation)) queue.push(event);
    if (this.#isClosed) queue.close();
    return queue;
  }
}

function isHeld({ holders, linger }: WatchedEntry): boolean {
  return holders > 0 || linger !== undefined;
}

function once(release: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    release();
  };
}

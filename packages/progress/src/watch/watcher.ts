// Watches operations over one shared socket: what every watch knows, who listens, and what is said to the hub when a connection opens.
import { type ClientMessage, isEnded, type ProgressEvent, type Refusal } from '@relevo/protocol';
import { Connection, type ConnectionState, type SocketConstructor } from './connection.ts';
import { EventQueue } from './event-queue.ts';
import { readServerMessage } from './server-message.ts';
import { whyRefused } from './session-check.ts';
import { Listeners, type Store } from './store.ts';
import { applyEvent, snapshotEvents, unknownOperation, type WatchedOperation } from './watched-operation.ts';

export interface WatcherOptions {
  /** Address of the hub, as `https://hub.example`. In a browser the page's own origin unless given. */
  base?: string;
  /** Whose operations: the session's own user, or anyone's for an administrator. */
  userId: number;
  /** Where there is no global WebSocket (Node 20): the one of the package `ws`. */
  WebSocket?: SocketConstructor;
  fetch?: typeof fetch;
  /** Bounds of the delay between attempts, milliseconds. */
  delayMinMs?: number;
  delayMaxMs?: number;
  connectTimeoutMs?: number;
  stableAfterMs?: number;
  /** Listeners hear of changes at most this often. */
  notifyIntervalMs?: number;
  /** How long an operation is still watched after its last listener left, milliseconds. */
  lingerMs?: number;
  /** Events that may wait for one `for await`. */
  eventsMax?: number;
  /** Operations remembered by `watchAll`; ended ones go first. */
  operationsMax?: number;
  /** Commands that may wait for a connection. */
  commandsMax?: number;
  /** Source of randomness in [0, 1) for the delays. */
  random?: () => number;
}

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

const defaults = {
  delayMinMs: 500,
  delayMaxMs: 30_000,
  connectTimeoutMs: 10_000,
  stableAfterMs: 5000,
  notifyIntervalMs: 16,
  lingerMs: 1000,
  eventsMax: 1000,
  operationsMax: 1000,
  commandsMax: 100,
};

interface Entry {
  operation: WatchedOperation;
  listeners: Listeners;
  /** Subscriptions and iterations of this one operation. */
  holders: number;
  queues: Set<EventQueue>;
  linger: ReturnType<typeof setTimeout> | undefined;
  changed: boolean;
}

export function createWatcher(options: WatcherOptions): Watcher {
  const settings = { ...defaults, ...withoutUndefined(options) };
  const base = options.base ?? globalThis.location?.origin;
  if (!base) throw new TypeError('createWatcher needs `base`, the address of the hub');
  const Socket = options.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
  if (!Socket) throw new TypeError('createWatcher needs `WebSocket` where there is no global one');

  const entries = new Map<string, Entry>();
  const all = { holders: 0, listeners: new Listeners(), queues: new Set<EventQueue>(), snapshot: [] as readonly WatchedOperation[], stale: false };
  const commands: ClientMessage[] = [];
  let notifyTimer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const url = new URL('/ws/progress', base);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('userId', String(options.userId));
  const connection = new Connection({
    ...settings,
    url: url.href,
    Socket,
    random: options.random,
    whyRefused: () => whyRefused(base, options.userId, options.fetch ?? fetch),
    onOpen: resume,
    onMessage: receive,
  });

  function say(message: ClientMessage): boolean {
    return connection.send(JSON.stringify(message));
  }

  function askFor(operation: WatchedOperation): void {
    say({ type: 'start_operation', operation_id: operation.operation_id, ...(operation.seq > 0 && { after: operation.seq }) });
  }

  /**
   * A new connection knows nothing: says how far each watch came, then that everything is watched, then what waited. In this order, so
   * that the missed events of a known operation come before the snapshot that `watch` is answered with.
   */
  function resume(): void {
    for (const { operation, holders } of entries.values()) {
      if (!isEnded(operation.state) && (holders > 0 || operation.seq > 0)) askFor(operation);
    }
    if (all.holders > 0) say({ type: 'watch', scope: 'user' });
    for (const command of commands.splice(0)) say(command);
  }

  function receive(text: string): void {
    const message = readServerMessage(text);
    if (message === undefined) return;
    if ('type' in message && message.type === 'error') return receiveRefusal(message);
    const event = message as ProgressEvent;
    let entry = entries.get(event.operation_id);
    if (!entry && all.holders > 0) entry = addEntry(event.operation_id);
    if (!entry) return;
    const operation = applyEvent(entry.operation, event);
    if (operation === entry.operation) return;
    change(entry, operation);
    for (const queue of [...entry.queues, ...all.queues]) queue.push(event);
    if (isEnded(operation.state)) for (const queue of [...entry.queues]) queue.close();
  }

  function receiveRefusal(refusal: Refusal): void {
    const entry = refusal.operation_id === undefined ? undefined : entries.get(refusal.operation_id);
    if (entry) change(entry, { ...entry.operation, refusal });
  }

  function change(entry: Entry, operation: WatchedOperation): void {
    entry.operation = operation;
    entry.changed = true;
    all.stale = true;
    notifyTimer ??= setTimeout(notify, settings.notifyIntervalMs);
  }

  function notify(): void {
    notifyTimer = undefined;
    for (const entry of [...entries.values()]) {
      if (!entry.changed) continue;
      entry.changed = false;
      entry.listeners.notify();
    }
    all.listeners.notify();
  }

  function addEntry(operationId: string): Entry {
    const operation = unknownOperation(operationId);
    const entry: Entry = { operation, listeners: new Listeners(), holders: 0, queues: new Set(), linger: undefined, changed: false };
    entries.set(operationId, entry);
    if (entries.size > settings.operationsMax) forgetOldest();
    return entry;
  }

  /** Makes room: the first that nobody holds, an ended one if there is any. */
  function forgetOldest(): void {
    const unheld = [...entries].filter(([, { holders, operation }]) => holders === 0 && operation.seq > 0);
    const [oldest] = unheld.find(([, { operation }]) => isEnded(operation.state)) ?? unheld[0] ?? [];
    if (oldest !== undefined) entries.delete(oldest);
  }

  function hold(operationId: string): Entry {
    const entry = entries.get(operationId) ?? addEntry(operationId);
    clearTimeout(entry.linger);
    entry.holders += 1;
    // One that ended is complete; a following `watch` keeps the others up to date already.
    const isFollowed = entry.holders > 1 || entry.linger !== undefined || isEnded(entry.operation.state) || (all.holders > 0 && entry.operation.seq > 0);
    entry.linger = undefined;
    connection.open();
    if (!isFollowed) askFor(entry.operation);
    return entry;
  }

  function letGo(entry: Entry): void {
    entry.holders -= 1;
    if (entry.holders > 0) return;
    clearTimeout(entry.linger);
    entry.linger = setTimeout(() => {
      entry.linger = undefined;
      if (all.holders > 0) return;
      entries.delete(entry.operation.operation_id);
      if (!isEnded(entry.operation.state)) say({ type: 'unwatch', operation_id: entry.operation.operation_id });
      closeWhenUnused();
    }, settings.lingerMs);
  }

  function holdAll(): void {
    all.holders += 1;
    connection.open();
    if (all.holders === 1) say({ type: 'watch', scope: 'user' });
  }

  function letAllGo(): void {
    all.holders -= 1;
    if (all.holders > 0) return;
    setTimeout(() => {
      if (all.holders > 0) return;
      say({ type: 'unwatch', scope: 'user' });
      for (const [id, { holders, linger }] of entries) if (holders === 0 && linger === undefined) entries.delete(id);
      all.stale = true;
      closeWhenUnused();
    }, settings.lingerMs);
  }

  function closeWhenUnused(): void {
    const isUsed = all.holders > 0 || [...entries.values()].some(({ holders, linger }) => holders > 0 || linger !== undefined);
    if (!isUsed && commands.length === 0) connection.close();
  }

  function iterate(known: readonly WatchedOperation[], queues: Set<EventQueue>, release: () => void, endsWith?: () => WatchedOperation): EventQueue {
    const queue = new EventQueue(settings.eventsMax, () => {
      queues.delete(queue);
      release();
    });
    queues.add(queue);
    for (const operation of known) for (const event of snapshotEvents(operation)) queue.push(event);
    if (isClosed || (endsWith && isEnded(endsWith().state))) queue.close();
    return queue;
  }

  function once(release: () => void): () => void {
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      release();
    };
  }

  return {
    connection: connection.state,
    watchOperation(operationId) {
      const unknown = unknownOperation(operationId);
      return {
        subscribe(listener) {
          const entry = hold(operationId);
          const unsubscribe = entry.listeners.add(listener);
          return once(() => {
            unsubscribe();
            letGo(entry);
          });
        },
        getSnapshot: () => entries.get(operationId)?.operation ?? unknown,
        [Symbol.asyncIterator]() {
          const entry = hold(operationId);
          return iterate(
            [entry.operation],
            entry.queues,
            () => letGo(entry),
            () => entry.operation,
          );
        },
      };
    },
    watchAll() {
      return {
        subscribe(listener) {
          holdAll();
          const unsubscribe = all.listeners.add(listener);
          return once(() => {
            unsubscribe();
            letAllGo();
          });
        },
        getSnapshot() {
          if (all.stale) {
            all.stale = false;
            all.snapshot = [...entries.values()]
              .map(({ operation }) => operation)
              .filter(({ seq }) => seq > 0)
              .reverse();
          }
          return all.snapshot;
        },
        [Symbol.asyncIterator]() {
          holdAll();
          return iterate(this.getSnapshot().toReversed(), all.queues, letAllGo);
        },
      };
    },
    stop(operationId) {
      const command: ClientMessage = { type: 'stop_operation', operation_id: operationId };
      if (say(command)) return 'sent';
      if (isClosed || commands.length >= settings.commandsMax) return 'refused';
      commands.push(command);
      connection.open();
      return 'queued';
    },
    reconnect: () => connection.reconnect(),
    close() {
      isClosed = true;
      for (const queue of [...all.queues, ...[...entries.values()].flatMap(({ queues }) => [...queues])]) queue.close();
      for (const { linger } of entries.values()) clearTimeout(linger);
      clearTimeout(notifyTimer);
      connection.close();
    },
  };
}

/** Options that were passed as undefined count as not passed. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

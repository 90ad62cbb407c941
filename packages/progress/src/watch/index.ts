// The watching half of the SDK: web standards only, for browsers, Node and Bun.
export type { ConnectionState, SocketConstructor, SocketLike } from './connection.ts';
export { WatchTooSlowError } from './event-queue.ts';
export { overallProgress } from './overall-progress.ts';
export { stateOfStep } from './step-state.ts';
export type { Store } from './store.ts';
export type { Watch, Watcher } from './watch.ts';
export type { WatchedOperation } from './watched-operation.ts';
export { createWatcher, type WatcherOptions } from './watcher.ts';

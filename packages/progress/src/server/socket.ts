// What every server of the progress socket shares, whatever carries its frames: the hub's Bun server and the binding for Node.
export { type Admitted, admitWatcher, type Refused, type WatcherIdentity } from './admit-watcher.ts';
export { type EventsSource, keepAliveMs, sendEvents } from './send-events.ts';
export { TopicListeners } from './topic-listeners.ts';
export { WatchConnection, type WatchSocket, type WatchSource } from './watch-connection.ts';
export type { WatchLimits } from './watch-limits.ts';
export { WatchSockets } from './watch-sockets.ts';

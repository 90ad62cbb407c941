// Every bound of the progress socket, by name. The hub has them as settings, a binding takes them as options.

export interface WatchLimits {
  /** Sockets that may be open at once for one user. */
  connectionsPerUserMax: number;
  /** Messages a socket may send per second, averaged over ten. */
  messagesPerSecondMax: number;
  /** Bad messages after which a socket is closed with 4429. */
  badMessagesMax: number;
  /** Largest message from a watcher. */
  messageMaxBytes: number;
  /** What may wait for a slow watcher before it is owed a snapshot. */
  bufferMaxBytes: number;
  /** How long a watcher may stay behind before it is closed with 4408, milliseconds. */
  slowMaxMs: number;
}

export const watchDefaults: WatchLimits = {
  connectionsPerUserMax: 50,
  messagesPerSecondMax: 200,
  badMessagesMax: 20,
  messageMaxBytes: 16 * 1024,
  bufferMaxBytes: 1024 ** 2,
  slowMaxMs: 30_000,
};

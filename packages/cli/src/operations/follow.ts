// Follows one operation over the hub's progress socket until it ends.

import { createWatcher, type SocketConstructor, type SocketLike, type WatchedOperation } from '@relevo/progress/watch';
import { isEnded } from '@relevo/protocol';
import { CommandError, exitCodes } from '../exit-codes.ts';
import type { HubClient } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';

export interface FollowOptions {
  hub: HubClient;
  operationId: string;
  /** Whose operation. */
  userId: number;
  onChange: (operation: WatchedOperation) => void;
}

/** The operation as it ended; survives lost connections and a hub that restarts. @throws CommandError when the hub refuses to be watched */
export async function follow({ hub, operationId, userId, onChange }: FollowOptions): Promise<WatchedOperation> {
  const headers = hub.credentials;
  const withCredentials: typeof fetch = Object.assign(
    (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
      fetch(input, { ...init, headers: { ...headers, ...(init?.headers as Record<string, string> | undefined) } }),
    { preconnect: fetch.preconnect },
  );
  const watcher = createWatcher({ base: hub.url, userId, WebSocket: socketWith(headers), fetch: withCredentials });
  const watch = watcher.watchOperation(operationId);
  const { promise, resolve, reject } = Promise.withResolvers<WatchedOperation>();
  const unsubscribe = watch.subscribe(() => {
    const operation = watch.getSnapshot();
    if (operation.refusal) return reject(new CommandError(operation.refusal.message));
    onChange(operation);
    if (isEnded(operation.state)) resolve(operation);
  });
  const unsubscribeConnection = watcher.connection.subscribe(() => {
    const connection = watcher.connection.getSnapshot();
    if (connection.state === 'ended')
      reject(
        new CommandError(say(`The hub ended the connection (${connection.code})`, `El hub terminó la conexión (${connection.code})`), exitCodes.notAllowed),
      );
  });
  try {
    return await promise;
  } finally {
    unsubscribe();
    unsubscribeConnection();
    watcher.close();
  }
}

/** Bun's WebSocket takes headers, so the key need not stand in the address. */
const BunWebSocket = WebSocket as unknown as new (url: string, options: Bun.WebSocketOptions) => SocketLike;

function socketWith(headers: Record<string, string>): SocketConstructor {
  return class extends BunWebSocket {
    constructor(url: string) {
      super(url, { headers });
    }
  };
}

// Lengthens the session behind a connection by using it: a socket that is open sends no requests, and a session that is only watched
// with would run out.
import type { ConnectionState } from './connection.ts';
import type { Store } from './store.ts';

/** Calls `refresh` every `intervalMs` while `connection` is connected. What it answers is the business of the hub, which closes what ended. */
export function keepSession(connection: Store<ConnectionState>, refresh: () => Promise<boolean>, intervalMs: number): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  connection.subscribe(() => {
    const isConnected = connection.getSnapshot().state === 'connected';
    if (isConnected === (timer !== undefined)) return;
    clearInterval(timer);
    timer = isConnected ? setInterval(() => void refresh().catch(() => {}), intervalMs) : undefined;
  });
}

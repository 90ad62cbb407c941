// Browsers do not tell why a WebSocket handshake was refused; this asks the hub over HTTP whether the session is the reason.
import { closeCodes, type Me } from '@relevo/protocol';
import { closeCodeOfStatus } from './connection.ts';

/** The close code that stands for what `GET /api/me` says, or undefined when the session is not the reason or nobody can tell. */
export async function whyRefused(base: string, userId: number, fetchIt: typeof fetch): Promise<number | undefined> {
  const response = await fetchIt(new URL('/api/me', base), { credentials: 'include', headers: { accept: 'application/json' } });
  if (!response.ok) {
    await response.body?.cancel();
    return closeCodeOfStatus(response.status);
  }
  const me = (await response.json()) as Partial<Me>;
  const isSomebodyElse = typeof me.id === 'number' && me.id !== userId && me.role !== 'admin';
  return isSomebodyElse ? closeCodes.notAllowed : undefined;
}

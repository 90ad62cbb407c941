// Browsers do not tell why a WebSocket handshake was refused; this asks the hub over HTTP whether the session is the reason.
import { closeCodes, type Me } from '@relevo/protocol';
import { closeCodeOfStatus } from './connection.ts';

/**
 * What `GET /api/me` says: the close code that stands for its refusal; `http_works` when the session is not the reason and whoever
 * answers has operations to follow over HTTP; undefined when nobody can tell.
 */
export async function whyRefused(base: string, userId: number, fetchIt: typeof fetch, signal?: AbortSignal): Promise<number | 'http_works' | undefined> {
  const url = new URL('/api/me', base);
  const response = await fetchIt(url, { credentials: 'include', headers: { accept: 'application/json' }, ...(signal && { signal }) });
  if (!response.ok) {
    await response.body?.cancel();
    return closeCodeOfStatus(response.status);
  }
  const me = (await response.json()) as Partial<Me>;
  if (typeof me.id !== 'number') return undefined;
  if (me.id !== userId && me.role !== 'admin') return closeCodes.notAllowed;
  return (await listsOperations(base, fetchIt, signal)) ? 'http_works' : undefined;
}

/** A server that only has the progress socket, bound to it without a hub, may well have an `/api/me` of its own. */
async function listsOperations(base: string, fetchIt: typeof fetch, signal?: AbortSignal): Promise<boolean> {
  const url = new URL('/api/operations?limit=1', base);
  const response = await fetchIt(url, { credentials: 'include', headers: { accept: 'application/json' }, ...(signal && { signal }) });
  const isJson = response.ok && response.headers.get('content-type')?.includes('json');
  if (!isJson) {
    await response.body?.cancel();
    return false;
  }
  return Array.isArray(((await response.json()) as { operations?: unknown }).operations);
}

// Browsers do not tell why a WebSocket handshake was refused; this asks over HTTP whether the session is the reason, and where operations can be followed.
import { closeCodes, type Me } from '@relevo/protocol';
import { closeCodeOfStatus } from './close-code-of-status.ts';

/** Where operations are followed over HTTP: a hub's own requests, or those of the SDK's binding, which leaves `/api` to its application. */
const hubApi = '/api';
const bindingApi = '/ws/progress';

/** What stands in the way of a socket: the close code for it; or nothing but the socket itself, and `api` is where operations can be followed over HTTP. */
export type Verdict = number | { api: string };

/** Undefined when nobody can tell. @throws whatever `fetch` throws when nobody answers */
export async function whyRefused(base: string, userId: number, fetchIt: typeof fetch, signal?: AbortSignal): Promise<Verdict | undefined> {
  const ask = (path: string) => fetchIt(new URL(path, base), { credentials: 'include', headers: { accept: 'application/json' }, ...(signal && { signal }) });

  /** The status; 200 only for a list of operations. */
  async function listing(api: string): Promise<number> {
    const response = await ask(`${api}/operations?limit=1&user_id=${userId}`);
    if (response.ok && response.headers.get('content-type')?.includes('json')) {
      return Array.isArray(((await response.json()) as { operations?: unknown } | null)?.operations) ? 200 : 404;
    }
    await response.body?.cancel();
    return response.ok ? 404 : response.status;
  }

  const response = await ask(`${hubApi}/me`);
  let code = closeCodeOfStatus(response.status);
  if (response.ok) {
    const me = (await response.json().catch(() => ({}))) as Partial<Me>;
    if (typeof me.id === 'number' && (await listing(hubApi)) === 200) return me.id === userId || me.role === 'admin' ? { api: hubApi } : closeCodes.notAllowed;
  } else await response.body?.cancel();
  // A server that is no hub may well have an `/api/me` of its own.
  const status = await listing(bindingApi);
  if (status === 200) return { api: bindingApi };
  code ??= closeCodeOfStatus(status);
  return code;
}

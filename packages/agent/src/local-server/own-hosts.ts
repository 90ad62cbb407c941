// Which `Host` and `Origin` are this server's own. A page elsewhere can point its own name at this machine (DNS rebinding); it cannot change these.
import { hostname } from 'node:os';
import { ProblemError } from '@relevo/runtime';
import { isLoopback } from '../settings.ts';

export interface OwnHosts {
  /** @throws ProblemError `forbidden` when the request names another host, `origin_refused` when it comes from another site */
  check(request: Request): void;
}

/** `boundHost` is the address listened on, `names` further names, `port` the port listened on. */
export function createOwnHosts({ boundHost, names, port }: { boundHost: string; names: readonly string[]; port: number }): OwnHosts {
  const isLocal = isLoopback(boundHost);
  const own = new Set(['localhost', '127.0.0.1', '[::1]', bracketed(boundHost.toLowerCase()), ...names, ...(isLocal ? [] : [hostname().toLowerCase()])]);

  function isOwn(host: string): boolean {
    const match = /^(\[[0-9a-f:.%]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(host.toLowerCase());
    if (!match?.[1]) return false;
    // Beyond loopback a router or container may map the port, and any address of the machine is fine: rebinding needs a name.
    if (!isLocal) return own.has(match[1]) || isAddress(match[1]);
    return own.has(match[1]) && Number(match[2] ?? 80) === port;
  }

  return {
    check(request) {
      const host = request.headers.get('host') ?? '';
      if (!isOwn(host)) throw new ProblemError('forbidden', 'This host name is not the one of this agent');
      const origin = request.headers.get('origin');
      // Browsers send Origin with everything that changes state; programs such as curl send none, and no page can make them. On loopback nothing ends TLS.
      const isForeign = origin !== null && origin !== `http://${host}` && (isLocal || origin !== `https://${host}`);
      if (isForeign) throw new ProblemError('origin_refused', 'This request comes from another site');
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const isStream = new URL(request.url).pathname === '/api/events';
      // A link from another site to a page or a file is followed without an Origin.
      if (isRead && !isStream) return;
      const site = request.headers.get('sec-fetch-site');
      if (site === 'cross-site' || site === 'same-site') throw new ProblemError('origin_refused', 'This request comes from another site');
    },
  };
}

function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.startsWith('[');
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

// Cross-site request forgery: tells whether a request that could act with somebody's cookie comes from the hub's own pages.

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface OriginCheckOptions {
  /** PUBLIC_URL: the address people use when a proxy stands before the hub. */
  publicUrl: string | undefined;
}

/**
 * False for a state-changing request that carries a cookie and does not prove that it comes from the hub's own origin: PUBLIC_URL's, or
 * the one it was addressed to. `Origin` decides; a client that sends none may prove it by `Referer` or `Sec-Fetch-Site`.
 */
export function originAllowed(request: Request, options: OriginCheckOptions): boolean {
  if (safeMethods.has(request.method) || !request.headers.has('cookie')) return true;
  const origin = request.headers.get('origin');
  if (origin !== null) return isOwn(origin, request, options);
  const referer = request.headers.get('referer');
  if (referer !== null) return isOwn(originOf(referer), request, options);
  return request.headers.get('sec-fetch-site') === 'same-origin';
}

/** For what a page may not even try from elsewhere, cookie or not (sign-in, WebSocket upgrades): false when an `Origin` is present and not the hub's own. */
export function originOwnOrAbsent(request: Request, options: OriginCheckOptions): boolean {
  const origin = request.headers.get('origin');
  return origin === null || isOwn(origin, request, options);
}

function isOwn(origin: string | undefined, request: Request, { publicUrl }: OriginCheckOptions): boolean {
  if (origin === undefined || origin === 'null') return false;
  return origin === originOf(request.url) || (publicUrl !== undefined && origin === originOf(publicUrl));
}

/** Scheme, host and port as a browser writes them in `Origin`. */
function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

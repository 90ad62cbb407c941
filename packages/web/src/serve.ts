// Serves one of the two interfaces: the page for every route of it, and its files. Nothing else is answered here.
import type { Asset, Bundle, Interface } from './bundle.ts';
import { embeddedBundles } from './embedded.ts';
import { keptBundle } from './kept-bundle.ts';
import { assetHeaders, pageHeaders } from './page-headers.ts';

export interface Pages {
  /** The answer to a request for the page or a file of it; undefined for everything else. */
  handle(request: Request): Promise<Response | undefined>;
  /** Bundles now instead of at the first request. */
  warm(): Promise<void>;
}

interface Ready {
  html: string;
  assets: ReadonlyMap<string, Asset>;
}

export function createPages(which: Interface): Pages {
  let building: Promise<Ready> | undefined;

  /** Whoever comes while it is built waits for the same build; a failed build is tried again by the next. */
  function ready(): Promise<Ready> {
    building ??= loadBundle(which).then(index);
    building.catch(() => {
      building = undefined;
    });
    return building;
  }

  return {
    async handle(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/assets/')) {
        const asset = (await ready()).assets.get(pathname);
        return asset && assetResponse(request, asset);
      }
      if (!isPageRoute(pathname) || !wantsPage(pathname, request.headers.get('accept'))) return undefined;
      return pageResponse((await ready()).html);
    },
    async warm() {
      await ready();
    },
  };
}

async function loadBundle(which: Interface): Promise<Bundle> {
  return embeddedBundles[which]?.() ?? (await keptBundle(which));
}

function index({ html, assets }: Bundle): Ready {
  return { html, assets: new Map(assets.map((asset) => [asset.path, asset])) };
}

function isPageRoute(pathname: string): boolean {
  return !/^\/(api|ws|assets|healthz|readyz|metrics)(\/|$)/.test(pathname);
}

/** Browsers name HTML; programs such as curl take anything, and at the address itself there is nothing but the page. */
function wantsPage(pathname: string, accept: string | null): boolean {
  return accept?.includes('text/html') === true || (pathname === '/' && (accept === null || accept.includes('*/*')));
}

function pageResponse(html: string): Response {
  const nonce = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  return new Response(html.replaceAll('{{nonce}}', nonce), { headers: pageHeaders(nonce) });
}

function assetResponse(request: Request, { path, type, gzip }: Asset): Response {
  const etag = `"${path.slice('/assets/'.length)}"`;
  const headers = assetHeaders(type, etag);
  const known = request.headers.get('if-none-match')?.split(',') ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return new Response(null, { status: 304, headers });
  if (request.headers.get('accept-encoding')?.includes('gzip')) return new Response(gzip, { headers: { ...headers, 'content-encoding': 'gzip' } });
  return new Response(Bun.gunzipSync(gzip), { headers });
}

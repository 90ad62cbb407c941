import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEmbeddedPages } from './build-pages.ts';
import type { Bundle } from './bundle.ts';
import { createPages } from './serve.ts';

// A cold bundle on a busy machine.
setDefaultTimeout(60_000);

const page = { headers: { accept: 'text/html,application/xhtml+xml' } };
const at = (path: string, init: RequestInit = {}) => new Request(`http://hub.example${path}`, init);

const bytesOf = async (response: Response | undefined) => new Uint8Array((await response?.arrayBuffer()) ?? new ArrayBuffer(0));

describe.each(['hub', 'agent'] as const)('the pages of the %s', (which) => {
  const pages = createPages(which);

  test.each(['/', '/files', '/operations/deliver-1', '/any/thing', '/apiary'])('are at %s', async (path) => {
    const response = await pages.handle(at(path, page));
    expect(response?.status).toBe(200);
    expect(await response?.text()).toContain('<div id="root">');
  });

  test.each([{}, { headers: { accept: '*/*' } }, { method: 'HEAD' }])('are at their address for a program that asks with %p', async (init) => {
    expect((await pages.handle(at('/', init)))?.status).toBe(200);
  });

  test.each([
    ['/', { headers: { accept: 'application/json' } }],
    ['/api/files', page],
    ['/api', page],
    ['/ws', page],
    ['/ws/progress', page],
    ['/healthz', page],
    ['/metrics', page],
    ['/files', {}],
    ['/files', { headers: { accept: 'application/json' } }],
    ['/files', { ...page, method: 'POST' }],
    ['/assets/none.js', page],
    ['/assets/..%2f..%2fpackage.json', page],
  ])('leave %s to others when asked with %p', async (path, init) => {
    expect(await pages.handle(at(path, init))).toBeUndefined();
  });

  test('bind the browser to their own files, with a nonce that is new each time', async () => {
    const [first, second] = [await pages.handle(at('/', page)), await pages.handle(at('/', page))];
    const policy = first?.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    const script = policy.split('; ').find((directive) => directive.startsWith('script-src'));
    expect(script).toBe("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await first?.text()).toContain(`content="${nonce}"`);
    expect(second?.headers.get('content-security-policy')).not.toBe(policy);
    expect(first?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(first?.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('hold no inline script and load nothing from elsewhere', async () => {
    const html = (await (await pages.handle(at('/', page)))?.text()) ?? '';
    const scripts = [...html.matchAll(/<script\b[^>]*>([^<]*)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [tag, body] of scripts) expect([tag, body]).toEqual([expect.stringMatching(/src="\/assets\//), '']);
    for (const [, url] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect(url).toStartWith('/assets/');
  });

  test('come with files that are compressed, cached for ever and asked for once', async () => {
    const html = (await (await pages.handle(at('/', page)))?.text()) ?? '';
    const script = /<script[^>]*src="([^"]+)"/.exec(html)?.[1] ?? '';
    const packed = await pages.handle(at(script, { headers: { 'accept-encoding': 'gzip, br' } }));
    const plain = await pages.handle(at(script));
    expect(packed?.headers.get('content-encoding')).toBe('gzip');
    expect(packed?.headers.get('cache-control')).toContain('immutable');
    expect(packed?.headers.get('content-type')).toContain('text/javascript');
    const unpacked = Bun.gunzipSync(await bytesOf(packed));
    expect(Buffer.from(unpacked).equals(await bytesOf(plain))).toBe(true);
    expect(plain?.headers.has('content-encoding')).toBe(false);
    const etag = plain?.headers.get('etag') ?? '';
    const again = await pages.handle(at(script, { headers: { 'if-none-match': `"other", W/${etag}` } }));
    expect([again?.status, await again?.text()]).toEqual([304, '']);
  });

  test('carry no development build and no schema library into the sign-in page', async () => {
    const html = (await (await pages.handle(at('/', page)))?.text()) ?? '';
    let gzipBytes = 0;
    for (const path of new Set([...html.matchAll(/"(\/assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? ''))) {
      const response = await pages.handle(at(path, { headers: { 'accept-encoding': 'gzip' } }));
      const bytes = await bytesOf(response);
      gzipBytes += bytes.length;
      expect(Buffer.from(Bun.gunzipSync(bytes)).includes('jsxDEV')).toBe(false);
    }
    expect(gzipBytes).toBeLessThan(250 * 1024);
  });
});

test('everybody who comes while the bundle is built gets the same one', async () => {
  const pages = createPages('agent');
  const answers = await Promise.all(Array.from({ length: 5 }, () => pages.handle(at('/', page))));
  const texts = await Promise.all(answers.map(async (answer) => (await answer?.text())?.replace(/content="[^"]+" \/>/g, '')));
  expect(new Set(texts).size).toBe(1);
});

test('the module for the executable carries both bundles', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relevo-pages-'));
  try {
    const path = join(folder, 'dist', 'pages.gen.ts');
    await writeEmbeddedPages(path);
    const { embeddedBundles } = (await import(path)) as { embeddedBundles: Record<'hub' | 'agent', () => Bundle> };
    for (const which of ['hub', 'agent'] as const) {
      const { html, assets } = embeddedBundles[which]();
      expect(html).toContain('{{nonce}}');
      for (const { path, gzip } of assets) expect([path, Bun.gunzipSync(gzip).length > 0]).toEqual([path, true]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

// Turns one of the two interfaces into the files a browser loads: compressed once, named by their content.
import { fileURLToPath } from 'node:url';

export type Interface = 'hub' | 'agent';

export interface Asset {
  /** Path in the URL, as `/assets/hub-4eexg55g.css`. */
  path: string;
  type: string;
  /** The bytes, gzip-compressed. */
  gzip: Uint8Array<ArrayBuffer>;
}

export interface Bundle {
  /** The page; `{{nonce}}` in it stands for the nonce of each answer. */
  html: string;
  assets: Asset[];
}

/** Bundles from source, in this process. @throws AggregateError when the source does not build. */
export async function buildBundle(which: Interface): Promise<Bundle> {
  const built = await Bun.build({
    entrypoints: [fileURLToPath(new URL(`./${which}/${which}.html`, import.meta.url))],
    target: 'browser',
    minify: true,
    splitting: true,
    publicPath: '/',
    naming: { entry: '[name].[ext]', chunk: 'assets/[name]-[hash].[ext]', asset: 'assets/[name]-[hash].[ext]' },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const bundle: Bundle = { html: '', assets: [] };
  for (const output of built.outputs) {
    const path = output.path.replace(/^\.?\/?/, '/');
    if (path.endsWith('.html')) bundle.html = await output.text();
    else bundle.assets.push({ path, type: output.type, gzip: Bun.gzipSync(new Uint8Array(await output.arrayBuffer())) });
  }
  return bundle;
}

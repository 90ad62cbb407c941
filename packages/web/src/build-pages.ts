// Writes both bundles as one TypeScript module with the shape of `embedded.ts`, for the build of an executable to put in its place.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Bundle, buildBundle, type Interface } from './bundle.ts';

/** Bundles both interfaces and writes the module to `path`. */
export async function writeEmbeddedPages(path: string): Promise<void> {
  const [hub, agent] = await Promise.all([buildBundle('hub'), buildBundle('agent')]);
  await mkdir(dirname(path), { recursive: true });
  await Bun.write(path, `${preamble}\nexport const embeddedBundles = {\n${member('hub', hub)}${member('agent', agent)}};\n`);
}

const preamble = `// Written by packages/web/src/build-pages.ts.
function asset(path: string, type: string, base64: string) {
  return { path, type, gzip: Uint8Array.from(Buffer.from(base64, 'base64')) };
}`;

function member(which: Interface, { html, assets }: Bundle): string {
  const rows = assets.map(({ path, type, gzip }) => `asset(${JSON.stringify(path)}, ${JSON.stringify(type)}, '${Buffer.from(gzip).toString('base64')}')`);
  return `  ${which}: () => ({ html: ${JSON.stringify(html)}, assets: [${rows.join(', ')}] }),\n`;
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (!path) throw new Error('usage: build-pages.ts <path of the module to write>');
  await writeEmbeddedPages(path);
}

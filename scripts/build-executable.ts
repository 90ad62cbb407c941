// Compiles `relevo` with its pages, threads and runtime into one file. Run by Bun: build-executable.ts <target> <Bun of the target> <outfile>
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BunPlugin } from 'bun';

const packages = join(import.meta.dir, '..', 'packages');
const [target, executablePath, outfile] = process.argv.slice(2);
if (!target || !executablePath || !outfile) throw new Error('usage: build-executable.ts <target> <Bun of the target> <outfile>');

const folder = mkdtempSync(join(tmpdir(), 'relevo-build-'));
try {
  const pages = join(folder, 'pages.gen.ts');
  await bun(join(packages, 'web/src/build-pages.ts'), pages);
  const result = await Bun.build({
    entrypoints: [join(packages, 'cli/src/main.ts'), ...threads()],
    // A thread is found beside the main module, whatever folder its source is in.
    naming: { entry: '[name].[ext]' },
    plugins: [embedPages(pages), polyfillFirst()],
    // ssh2 does without it where it is not there. It is a library of this machine, built or not as npm was told, and may be no good on the target.
    external: ['cpu-features'],
    target: 'bun',
    define: { 'process.env.NODE_ENV': '"production"' },
    // A bunfig.toml or package.json beside the executable is none of its business; a .env is.
    compile: { target: target as Bun.Build.CompileTarget, executablePath, outfile, autoloadBunfig: false, autoloadDotenv: true },
  });
  for (const log of result.logs) console.error(String(log));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Every source that is the code of a thread, by its name. */
function threads(): string[] {
  const found = [...new Bun.Glob('*/src/**/*-worker.ts').scanSync({ cwd: packages, absolute: true })].sort();
  const names = found.map((path) => basename(path));
  if (new Set(names).size !== names.length) throw new Error(`two threads have one name: ${names.join(', ')}`);
  return found;
}

/** Puts the bundled pages in the place of the module that says there are none. */
function embedPages(pages: string): BunPlugin {
  return {
    name: 'embed-pages',
    setup(build) {
      build.onLoad({ filter: /[\\/]web[\\/]src[\\/]embedded\.ts$/ }, async () => ({ contents: await Bun.file(pages).text(), loader: 'ts' }));
    },
  };
}

/**
 * tsyringe, which checks certificates of passkeys, wants `reflect-metadata` before it. Whoever imports both does so in that order, but in a module that is
 * loaded late the bundler begins ES modules before CommonJS ones: so tsyringe itself asks for it.
 */
function polyfillFirst(): BunPlugin {
  return {
    name: 'polyfill-first',
    setup(build) {
      build.onLoad({ filter: /[\\/]tsyringe[\\/]dist[\\/]esm5[\\/]index\.js$/ }, async ({ path }) => ({
        contents: `import 'reflect-metadata';\n${await Bun.file(path).text()}`,
        loader: 'js',
      }));
    },
  };
}

async function bun(...args: string[]): Promise<void> {
  const code = await Bun.spawn([process.execPath, ...args], { stdio: ['ignore', 'inherit', 'inherit'] }).exited;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

// Refuses imports against the direction of the packages, imports of packages that are not declared, and import cycles, those of types too.
//
//   protocol ← progress ← runtime ← { hub, agent, web } ← cli, e2e, bench
//
// Examples are other people's programs: they see @relevo/progress alone.
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** What each part may import of the others. A path after the name narrows it to that entry; `file` narrows the importer. */
const directions: Readonly<Record<string, readonly string[]>> = {
  '@relevo/protocol': [],
  '@relevo/progress': ['@relevo/protocol'],
  '@relevo/runtime': ['@relevo/protocol', '@relevo/progress'],
  '@relevo/web': ['@relevo/protocol', '@relevo/progress'],
  '@relevo/hub': ['@relevo/protocol', '@relevo/progress', '@relevo/runtime', '@relevo/web/serve'],
  '@relevo/agent': ['@relevo/protocol', '@relevo/progress', '@relevo/runtime', '@relevo/web/serve'],
  '@relevo/cli': ['@relevo/protocol', '@relevo/progress', '@relevo/runtime', '@relevo/hub', '@relevo/agent'],
  '@relevo/e2e': ['@relevo/protocol', '@relevo/progress', '@relevo/runtime', '@relevo/hub', '@relevo/agent', '@relevo/web'],
  '@relevo/example-express-progress': ['@relevo/progress'],
  '@relevo/example-wellnet-express': ['@relevo/progress'],
  '@relevo/bench': ['@relevo/protocol', '@relevo/progress', '@relevo/runtime', '@relevo/hub', '@relevo/agent', '@relevo/web', '@relevo/e2e'],
};

/** The one file of the pages that runs in a server process. */
const serverSideOfWeb = /\/src\/serve(\.test)?\.ts$/;

export interface Part {
  /** As in its package.json. */
  name: string;
  /** Folder, relative to the project, with `/`. */
  folder: string;
  /** Packages it declares for running. */
  dependencies: ReadonlySet<string>;
  /** Packages that its tests may use besides. */
  devDependencies: ReadonlySet<string>;
  /** Path relative to the project → source text. */
  files: ReadonlyMap<string, string>;
}

/** One sentence for each import that breaks a rule, naming file and import; empty when all is well. */
export function findFaults(parts: readonly Part[]): string[] {
  const faults: string[] = [];
  const graph = new Map<string, string[]>();
  for (const part of parts) {
    for (const [file, source] of part.files) {
      const imports = scanImports(file, source);
      faults.push(...imports.flatMap((path) => faultOf(part, file, path) ?? []));
      const relative = imports.filter((path) => path.startsWith('.'));
      graph.set(
        file,
        relative.map((path) => posix.join(posix.dirname(file), path)),
      );
    }
  }
  return [...faults, ...findCycles(graph).map((cycle) => `${cycle[0]}: import cycle: ${[...cycle, cycle[0]].join(' → ')}`)];
}

function faultOf(part: Part, file: string, path: string): string | undefined {
  if (path.startsWith('.')) {
    return posix.join(posix.dirname(file), path).startsWith(`${part.folder}/`) ? undefined : `${file}: "${path}" reaches out of ${part.name}`;
  }
  if (path.startsWith('node:') || path === 'bun' || path.startsWith('bun:')) return undefined;
  const name = packageOf(path);
  if (name.startsWith('@relevo/') && !mayImport(part.name, file, path)) return `${file}: ${part.name} may not import "${path}"`;
  if (name === part.name || part.dependencies.has(name)) return undefined;
  const forTests = /\.(test|contract|fixture)\.tsx?$/.test(file) || part.name === '@relevo/e2e' || part.name === '@relevo/bench';
  if (forTests && part.devDependencies.has(name)) return undefined;
  return `${file}: "${name}" is not declared in ${part.folder}/package.json`;
}

function mayImport(importer: string, file: string, path: string): boolean {
  if (packageOf(path) === importer) return true;
  if (importer === '@relevo/web' && packageOf(path) === '@relevo/runtime') return serverSideOfWeb.test(file);
  const allowedTo = importer.startsWith('@relevo/example-') ? ['@relevo/progress'] : (directions[importer] ?? []);
  return allowedTo.some((allowed) => path === allowed || (packageOf(allowed) === allowed && path.startsWith(`${allowed}/`)));
}

/** `@scope/name/entry` → `@scope/name`, `name/entry` → `name`. */
function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

const tsconfig = JSON.stringify({ compilerOptions: { verbatimModuleSyntax: true } });
const transpilers = { ts: new Bun.Transpiler({ loader: 'ts', tsconfig }), tsx: new Bun.Transpiler({ loader: 'tsx', tsconfig }) };

/** Bun leaves out what only types need; the second scan, with the word `type` taken away, finds that too. */
function scanImports(file: string, source: string): string[] {
  const transpiler = file.endsWith('x') ? transpilers.tsx : transpilers.ts;
  const found = [source, withoutTypeWord(source)].flatMap((text) => transpiler.scanImports(text).map(({ path }) => path));
  return [...new Set(found)].filter((path) => path !== 'react/jsx-dev-runtime');
}

function withoutTypeWord(source: string): string {
  return source
    .replace(/^(?:(import)\s+type\s+(?=[{*\w])|(export)\s+type\s+(?=[{*]))/gm, '$1$2 ')
    .replace(/^(import|export)\s*\{[^}]*\}/gm, (clause) => clause.replace(/\btype\s+(?=\w)/g, ''));
}

/** Every cycle that a depth-first walk meets, once. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push(path.slice(at));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}

/** Reads the workspaces of the project at `root`. */
export function readParts(root: string): Part[] {
  const project = readManifest(join(root, 'package.json'));
  const manifests = project.workspaces.flatMap((pattern: string) => [...new Bun.Glob(`${pattern}/package.json`).scanSync({ cwd: root })]).sort();
  return manifests.map((path) => {
    const manifest = readManifest(join(root, path));
    const folder = dirname(path);
    const sources = [...new Bun.Glob('**/*.{ts,tsx}').scanSync({ cwd: join(root, folder) })].filter((file) => !/(^|\/)(node_modules|dist)\//.test(file)).sort();
    return {
      name: manifest.name,
      folder,
      dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
      devDependencies: new Set([...Object.keys(manifest.devDependencies), ...Object.keys(project.devDependencies)]),
      files: new Map(sources.map((file) => [posix.join(folder, file), readFileSync(join(root, folder, file), 'utf8')])),
    };
  });
}

interface Manifest {
  name: string;
  workspaces: string[];
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function readManifest(path: string): Manifest {
  return { workspaces: [], dependencies: {}, peerDependencies: {}, devDependencies: {}, ...JSON.parse(readFileSync(path, 'utf8')) };
}

if (import.meta.main) {
  const parts = readParts(dirname(import.meta.dir));
  const faults = findFaults(parts);
  const count = parts.reduce((sum, part) => sum + part.files.size, 0);
  for (const fault of faults) console.error(fault);
  console.log(`${count} files in ${parts.length} packages, ${faults.length} faults`);
  process.exit(faults.length === 0 && count > 0 ? 0 : 1);
}

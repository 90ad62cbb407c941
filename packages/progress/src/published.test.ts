// The package as it is published: by itself in a folder that knows nothing of this project, on Node.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const packageFolder = dirname(import.meta.dir);
let project: string;
let installed: string;

beforeAll(async () => {
  const built = Bun.spawn(['node', join(packageFolder, 'build.mjs')], { stdout: 'inherit', stderr: 'inherit' });
  expect(await built.exited).toBe(0);
  project = await mkdtemp(join(tmpdir(), 'relevo-published-'));
  installed = join(project, 'node_modules/@relevo/progress');
  await mkdir(dirname(installed), { recursive: true });
  await cp(join(packageFolder, 'dist'), installed, { recursive: true });
  for (const name of ['zod', 'ws', 'react'])
    await symlink(dirname(Bun.resolveSync(`${name}/package.json`, packageFolder)), join(project, 'node_modules', name));
  // A build on a busy machine.
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

async function runNode(source: string): Promise<unknown> {
  const child = Bun.spawn(['node', '--input-type=module', '-e', source], { cwd: project, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const text = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return JSON.parse(text);
}

describe('the published package', () => {
  test('names nothing of this project, and nothing it does not declare', async () => {
    const manifest = await Bun.file(join(installed, 'package.json')).json();
    const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    expect(Object.keys(manifest.dependencies)).toEqual(['zod']);
    const files = (await readdir(installed, { recursive: true })).filter((file) => /\.(js|d\.ts)$/.test(file));
    const undeclared: string[] = [];
    for (const file of files) {
      const source = await Bun.file(join(installed, file)).text();
      for (const [, path = ''] of source.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
        if (path.startsWith('.') ? path.endsWith('.ts') : !path.startsWith('node:') && !declared.has(path.split('/')[0] ?? ''))
          undeclared.push(`${file}: ${path}`);
      }
    }
    expect(files.length).toBeGreaterThan(20);
    expect(undeclared).toEqual([]);
  });

  test('gives every entry of its exports, with types', async () => {
    const { exports } = await Bun.file(join(installed, 'package.json')).json();
    for (const { types } of Object.values(exports) as { types: string }[]) expect(await Bun.file(join(installed, types)).exists()).toBe(true);
    const names = await runNode(`
      const names = {};
      for (const entry of ${JSON.stringify(Object.keys(exports))}) names[entry] = Object.keys(await import('@relevo/progress' + entry.slice(1)));
      console.log(JSON.stringify(names));
    `);
    expect(names).toMatchObject({
      './report': expect.arrayContaining(['ProgressManager', 'createHubReporter']),
      './server': ['attachProgress'],
      './watch': expect.arrayContaining(['createWatcher']),
      './react': expect.arrayContaining(['useOperation', 'useOperations']),
    });
  });

  test('reports and watches in one program: binding and watcher over a real socket', async () => {
    const states = await runNode(`
      import { createServer } from 'node:http';
      import { ProgressManager } from '@relevo/progress/report';
      import { attachProgress } from '@relevo/progress/server';
      import { createWatcher } from '@relevo/progress/watch';
      import { WebSocket } from 'ws';
      const manager = new ProgressManager();
      const server = createServer();
      const progress = attachProgress(server, { manager, authenticate: () => ({ userId: 7 }) });
      await new Promise((resolve) => server.listen(0, resolve));
      const watcher = createWatcher({ base: 'http://localhost:' + server.address().port, userId: 7, WebSocket });
      const states = [];
      const seen = (async () => {
        for await (const event of watcher.watchOperation('op')) states.push(event.state ?? event.status);
      })();
      await manager.operation({ userId: 7, id: 'op', kind: 'x' }).run((operation) => operation.step('a', (step) => step.progress(50)));
      await seen;
      watcher.close();
      await progress.close();
      await manager.close();
      server.close();
      console.log(JSON.stringify(states));
    `);
    expect(states).toEqual(expect.arrayContaining(['in_progress', 'completed']));
    expect((states as string[]).at(-1)).toBe('completed');
  });
});

import { describe, expect, test } from 'bun:test';
import { findFaults, type Part } from './architecture.ts';

function part(name: string, files: Record<string, string>, dependencies: string[] = []): Part {
  const folder = name === '@relevo/e2e' ? 'e2e' : `packages/${name.split('/')[1]}`;
  const entries = Object.entries(files).map(([file, source]) => [`${folder}/${file}`, source] as const);
  return { name, folder, dependencies: new Set(dependencies), devDependencies: new Set(['fast-check']), files: new Map(entries) };
}

function faultsIn(name: string, source: string, dependencies: string[] = [], file = 'src/a.ts'): string[] {
  return findFaults([part(name, { [file]: source }, dependencies)]);
}

describe('direction', () => {
  const refused: [string, string][] = [
    ['@relevo/protocol', "import { engine } from '@relevo/progress/engine';\nengine();"],
    ['@relevo/progress', "import { log } from '@relevo/runtime';\nlog();"],
    ['@relevo/runtime', "import { hub } from '@relevo/hub';\nhub();"],
    ['@relevo/hub', "import { agent } from '@relevo/agent';\nagent();"],
    ['@relevo/agent', "import { hub } from '@relevo/hub';\nhub();"],
    ['@relevo/agent', "import type { Hub } from '@relevo/hub';\nexport type A = Hub;"],
    ['@relevo/agent', "import { type Hub } from '@relevo/hub';\nexport type A = Hub;"],
    ['@relevo/agent', "export type { Hub } from '@relevo/hub';"],
    ['@relevo/agent', "export * from '@relevo/hub';"],
    ['@relevo/agent', "export const hub = () => import('@relevo/hub');"],
    ['@relevo/hub', "import { Page } from '@relevo/web';\nPage();"],
    ['@relevo/hub', "import { Page } from '@relevo/web/hub/page';\nPage();"],
    ['@relevo/web', "import { log } from '@relevo/runtime';\nlog();"],
    ['@relevo/web', "import { hub } from '@relevo/hub';\nhub();"],
    ['@relevo/cli', "import { start } from '@relevo/e2e';\nstart();"],
    ['@relevo/agent', "import { hub } from '../../hub/src/hub.ts';\nhub();"],
  ];
  test.each(refused)('refuses in %s: %s', (name, source) => {
    const faults = faultsIn(name, source, ['@relevo/progress', '@relevo/runtime', '@relevo/hub', '@relevo/agent', '@relevo/web', '@relevo/e2e']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/may not import|reaches out/);
  });

  const allowed: [string, string, string][] = [
    ['@relevo/progress', "import { closeCodes } from '@relevo/protocol';\nexport const a = closeCodes;", 'src/a.ts'],
    ['@relevo/hub', "import { servePages } from '@relevo/web/serve';\nservePages();", 'src/a.ts'],
    ['@relevo/web', "import { log } from '@relevo/runtime';\nlog();", 'src/serve.ts'],
    ['@relevo/cli', "import { hub } from '@relevo/hub';\nimport { agent } from '@relevo/agent';\nhub(agent);", 'src/a.ts'],
    ['@relevo/e2e', "import { hub } from '@relevo/hub';\nimport { agent } from '@relevo/agent';\nhub(agent);", 'a.test.ts'],
  ];
  test.each(allowed)('allows in %s: %s', (name, source, file) => {
    expect(faultsIn(name, source, ['@relevo/protocol', '@relevo/runtime', '@relevo/hub', '@relevo/agent', '@relevo/web'], file)).toEqual([]);
  });
});

describe('declared packages', () => {
  test('refuses a package that package.json does not name', () => {
    expect(faultsIn('@relevo/hub', "import { z } from 'zod';\nz();")).toEqual(['packages/hub/src/a.ts: "zod" is not declared in packages/hub/package.json']);
  });
  test('refuses a tool of the tests outside a test', () => {
    expect(faultsIn('@relevo/hub', "import fc from 'fast-check';\nfc();")).toHaveLength(1);
    expect(faultsIn('@relevo/hub', "import fc from 'fast-check';\nfc();", [], 'src/a.test.ts')).toEqual([]);
  });
  test('allows built-in modules and declared entries', () => {
    expect(
      faultsIn(
        '@relevo/hub',
        "import { join } from 'node:path';\nimport { SQL } from 'bun';\nimport { Migrator } from 'kysely/migration';\njoin(SQL, Migrator);",
        ['kysely'],
      ),
    ).toEqual([]);
  });
});

describe('cycles', () => {
  test('refuses a cycle of three files and names it', () => {
    const files = {
      'src/a.ts': "import { b } from './b.ts';\nb();",
      'src/b.ts': "export { c as b } from './c.ts';",
      'src/c.ts': "import { a } from './a.ts';\na();",
    };
    expect(findFaults([part('@relevo/hub', files)])).toEqual([
      'packages/hub/src/a.ts: import cycle: packages/hub/src/a.ts → packages/hub/src/b.ts → packages/hub/src/c.ts → packages/hub/src/a.ts',
    ]);
  });
  test('refuses a file that imports itself', () => {
    expect(faultsIn('@relevo/hub', "import { a } from './a.ts';\na();")).toHaveLength(1);
  });
  test('refuses a back-reference that is only a type: neither file is understood without the other', () => {
    const files = { 'src/a.ts': "import { b } from './b.ts';\nb();", 'src/b.ts': "import type { A } from './a.ts';\nexport const b = (): A => 1;" };
    expect(findFaults([part('@relevo/hub', files)])).toEqual([
      'packages/hub/src/a.ts: import cycle: packages/hub/src/a.ts → packages/hub/src/b.ts → packages/hub/src/a.ts',
    ]);
  });
  test('allows two files that share a third', () => {
    const files = {
      'src/a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';\nb(c);",
      'src/b.ts': "import { c } from './c.ts';\nc();",
      'src/c.ts': '',
    };
    expect(findFaults([part('@relevo/hub', files)])).toEqual([]);
  });
});

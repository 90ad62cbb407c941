import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataFolder } from './data-folder.ts';
import { SettingsError } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'relevo-lock-'));

/** Tries to take the folder in another process; answers what it printed. */
async function takeElsewhere(): Promise<string> {
  const script = `import { lockDataFolder } from ${JSON.stringify(import.meta.resolve('./data-folder.ts'))};
    try { lockDataFolder('X_DATA_DIR', ${JSON.stringify(folder)}); console.log('taken'); process.kill(process.pid, 'SIGKILL'); } catch (error) { console.log(error.message); }`;
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' });
  return (await new Response(child.stdout).text()).trim();
}

test('a folder is one process’s: another is refused by the name of the setting', async () => {
  const release = lockDataFolder('X_DATA_DIR', folder);
  expect(await takeElsewhere()).toBe(`another process is running on X_DATA_DIR=${JSON.stringify(folder)}`);
  release();
});

test.each([
  ['a file', join(folder, 'file')],
  ['below a file', join(folder, 'file', 'data')],
])('a path that is no folder is refused by the name of the setting: %s', (_, path) => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => lockDataFolder('X_DATA_DIR', path)).toThrow(
    new SettingsError(
      `X_DATA_DIR=${JSON.stringify(path)} is not allowed: it must be a folder that can be made and written (${path.endsWith('data') ? 'ENOTDIR' : 'EEXIST'})`,
    ),
  );
});

test('a process that is killed leaves the folder free', async () => {
  expect(await takeElsewhere()).toBe('taken');
  expect(await takeElsewhere()).toBe('taken');
  rmSync(folder, { recursive: true });
});

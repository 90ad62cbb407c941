// Makes sure that one process at a time works on a data folder; the lock ends with the process, however it ends.
import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart, folderRefused } from './start-failures.ts';

/**
 * Takes the folder that `setting` names, making it when it is not there. Resolves to what gives it back.
 * @throws SettingsError when it cannot be made or written
 * @throws CannotStart when another process has it
 */
export function lockDataFolder(setting: string, path: string): () => void {
  const lock = openLock(setting, path);
  try {
    lock.run('PRAGMA locking_mode = EXCLUSIVE');
    lock.run('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new CannotStart(`another process is running on ${setting}=${JSON.stringify(path)}`);
  }
  return () => lock.close();
}

/** SQLite's own lock is one that every platform drops when a process is killed. */
function openLock(setting: string, path: string): Database {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return new Database(join(path, 'lock.db'), { create: true });
  } catch (error) {
    throw folderRefused(setting, path, error);
  }
}

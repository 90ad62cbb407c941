// Makes sure that one process at a time works on a data folder; the lock ends with the process, however it ends.
import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Takes the folder that `setting` names, making it when it is not there. Resolves to what gives it back.
 * @throws Error when another process has it
 */
export function lockDataFolder(setting: string, path: string): () => void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // SQLite's own lock is one that every platform drops when a process is killed.
  const lock = new Database(join(path, 'lock.db'), { create: true });
  try {
    lock.run('PRAGMA locking_mode = EXCLUSIVE');
    lock.run('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(`another process is running on ${setting}=${JSON.stringify(path)}`);
  }
  return () => lock.close();
}

// Makes sure that one process at a time works on a data folder; the lock ends with the process, however it ends.
import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Resolves to what gives the folder back. @throws Error when another process has it */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // SQLite's own lock is one that every platform drops when a process is killed.
  const lock = new Database(join(dataDir, 'agent.lock'), { create: true });
  try {
    lock.run('PRAGMA locking_mode = EXCLUSIVE');
    lock.run('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(`another agent is running on AGENT_DATA_DIR=${JSON.stringify(dataDir)}`);
  }
  return () => lock.close();
}

// The token with which the agent of `relevo up` enrols at the hub beside it: made once, kept with the agent's data.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'local-token';

/** The kept token, or a new one of 256 random bits. */
export function localToken(agentDataDir: string): string {
  const path = join(agentDataDir, fileName);
  const kept = readKept(path);
  if (kept) return kept;
  const token = `relevo_${randomBytes(32).toString('base64url')}`;
  mkdirSync(agentDataDir, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, `${token}\n`, { mode: 0o600 });
  renameSync(fresh, path);
  return token;
}

function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

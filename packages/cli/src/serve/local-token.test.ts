import { expect, test } from 'bun:test';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localToken } from './local-token.ts';

test('the token is made once, for its owner alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'relevo-token-'));
  try {
    const dataDir = join(directory, 'data', 'agent');
    const token = localToken(dataDir);
    expect(token).toMatch(/^relevo_[\w-]{43}$/);
    expect(localToken(dataDir)).toBe(token);
    expect((await stat(join(dataDir, 'local-token'))).mode & 0o777).toBe(0o600);
    expect(localToken(join(directory, 'other'))).not.toBe(token);
  } finally {
    await rm(directory, { recursive: true });
  }
});

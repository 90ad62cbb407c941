// Files of a known content, and what is on disk: made, hashed, listed.
import { randomFillSync } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';

const blockBytes = 8 * 1024 ** 2;

/** Writes `size` random bytes to `path`; resolves to their SHA-256. */
export async function randomFile(path: string, size: number): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  const file = await open(path, 'w');
  const block = Buffer.allocUnsafe(Math.min(size, blockBytes));
  for (let left = size; left > 0; left -= block.length) {
    const part = randomFillSync(block).subarray(0, left);
    hash.update(part);
    await file.write(part);
  }
  await file.close();
  return hash.digest('hex');
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  for await (const part of Bun.file(path).stream()) hash.update(part);
  return hash.digest('hex');
}

export function sha256Of(bytes: string | Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
}

/** Every file under `folder`, relative, sorted; empty when there is no such folder. */
export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
    .sort();
}

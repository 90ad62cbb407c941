// Blobs on the local disk: `blobs/ab/ab…`, received in `incoming/` and renamed into place.
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs, ReceivedBytes } from './blobs.ts';
import { HashedFile, onDisk } from './hashed-file.ts';

const sha256Name = /^[0-9a-f]{64}$/;
const prefixes = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

/**
 * Opens the blobs under `dataDir`, made when it is absent. What an earlier process was receiving when it died is removed:
 * nobody else may use `dataDir` while this one does.
 */
export async function openBlobsOnDisk(dataDir: string): Promise<Blobs> {
  const root = join(dataDir, 'blobs');
  const incoming = join(dataDir, 'incoming');
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await Promise.all(prefixes.map((prefix) => mkdir(join(root, prefix), { recursive: true, mode: 0o700 })));
  await syncDirectory(root);
  await syncDirectory(dataDir);

  const blobPath = (sha256: string) => join(root, sha256.slice(0, 2), sha256);
  const has = (sha256: string) =>
    stat(blobPath(sha256)).then(
      (found) => found.isFile(),
      () => false,
    );

  return {
    async receive(source, onSize) {
      const path = join(incoming, crypto.randomUUID());
      const file = await HashedFile.create(path);
      try {
        for await (const bytes of source) {
          await onSize?.(file.size + bytes.length);
          await file.append(bytes);
        }
        await file.sync();
        return { path, size: file.size, sha256: file.digest() };
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
    },

    async keep(received: ReceivedBytes) {
      const path = blobPath(received.sha256);
      if (await has(received.sha256)) {
        await rm(received.path, { force: true });
        return;
      }
      await onDisk(rename(received.path, path));
      await syncDirectory(join(root, received.sha256.slice(0, 2)));
    },

    async discard(received) {
      await rm(received.path, { force: true });
    },

    path: blobPath,

    has,

    async remove(sha256) {
      await rm(blobPath(sha256), { force: true });
    },

    async *groups() {
      for (const prefix of prefixes) {
        const names = await readdir(join(root, prefix));
        yield { prefix, sha256s: names.filter((name) => sha256Name.test(name)) };
      }
    },
  };
}

/** A name is durable once its directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

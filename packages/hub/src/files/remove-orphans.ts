// Removes at start what a crash left behind: blobs that no file has. Runs before anybody can upload.
import type { Log } from '@relevo/runtime';
import type { Blobs } from './blobs.ts';
import type { FileStore } from './file-store.ts';

export async function removeOrphans({ store, blobs, log }: { store: FileStore; blobs: Blobs; log: Log }): Promise<void> {
  for await (const { prefix, sha256s } of blobs.groups()) {
    const used = await store.contents(prefix);
    for (const sha256 of sha256s) {
      if (used.delete(sha256)) continue;
      await blobs.remove(sha256);
      log.info({ event: 'orphan_removed', sha256 }, 'removed a blob that no file has');
    }
    // Only a damaged or half restored data directory gets here; such files answer 404 for their content.
    for (const sha256 of used) log.error({ event: 'blob_missing', sha256 }, 'the bytes of a file are not there');
  }
}

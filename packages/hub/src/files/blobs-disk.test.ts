// The disk keeps to the contract of blobs.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobsContract } from './blobs.contract.ts';
import { openBlobsOnDisk } from './blobs-disk.ts';

blobsContract('the disk', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'relevo-blobs-'));
  return {
    blobs: await openBlobsOnDisk(dir),
    waiting: () => readdir(join(dir, 'incoming')),
    reopen: () => openBlobsOnDisk(dir),
    close: () => rm(dir, { recursive: true, force: true }),
  };
});

// The folder of delivered files as the disk has it: where partial files lie, what an entry is, and making changes durable.

import type { BigIntStats } from 'node:fs';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { folderRefused } from '@relevo/runtime';

/** Partial files lie inside the folder itself: only there a rename is sure to stay on one filesystem. */
export const partialFolderName = '.relevo-partial';

export interface Folder {
  path(name: string): string;
  partialPath(file: number): string;
  /** What lies under `name`; undefined when nothing does, or no plain file. */
  look(name: string): Promise<BigIntStats | undefined>;
  /** Bytes that this process may still write. */
  freeBytes(): Promise<number>;
  /** Makes renames and removals in the folder durable. */
  sync(): Promise<void>;
  removePartial(file: number): Promise<void>;
  /** Removes partial files that nobody will go on with. */
  removePartialsExcept(files: ReadonlySet<number>): Promise<void>;
}

/** Opens (and makes) the folder at `root`. @throws SettingsError when it cannot be made or written */
export async function openFolder(root: string): Promise<Folder> {
  const partials = join(root, partialFolderName);
  await mkdir(partials, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw folderRefused('FILES_DIR', root, error);
  });

  const partialPath = (file: number) => join(partials, `${file}.part`);

  return {
    path: (name) => join(root, name),
    partialPath,
    async look(name) {
      const found = await stat(join(root, name), { bigint: true }).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      return found?.isFile() ? found : undefined;
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
    async sync() {
      await syncDirectory(root);
    },
    async removePartial(file) {
      await rm(partialPath(file), { force: true });
    },
    async removePartialsExcept(files) {
      for (const entry of await readdir(partials)) {
        const file = /^(\d+)\.part$/.exec(entry)?.[1];
        if (file === undefined || !files.has(Number(file))) await rm(join(partials, entry), { force: true, recursive: true });
      }
    },
  };
}

async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories; its filesystem orders renames by itself.
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

// Makes verified bytes durable from time to time, first their bytes, then the map that says so; never two at once.
import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import type { AgentSettings } from '../settings.ts';
import type { ChunkMap } from './chunk-map.ts';
import { diskFailureOf } from './transfer-faults.ts';

export interface SaverOptions {
  map: ChunkMap;
  /** The partial file. */
  fd: number;
  settings: Pick<AgentSettings, 'TRANSFER_SAVE_BYTES' | 'TRANSFER_SAVE_INTERVAL_MS'>;
  /** Remembers what is verified; called once its bytes are on the disk. */
  save(verified: Uint8Array): Promise<void>;
  fail(error: unknown): void;
}

export interface Saver {
  /** Begins to save when enough waits, or something waits for long enough. */
  look(): void;
  /** Saves what is left when a later process goes on with it. */
  end(isKept: boolean): Promise<void>;
}

const datasync = promisify(fdatasync);

export function createSaver({ map, fd, settings, save, fail }: SaverOptions): Saver {
  let savedBytes = map.verifiedBytes;
  let savedAt = performance.now();
  let saving: Promise<void> | undefined;

  async function saveNow(): Promise<void> {
    const bits = map.bits();
    const bytes = map.verifiedBytes;
    await datasync(fd).catch((error: unknown) => {
      throw diskFailureOf(error);
    });
    await save(bits);
    savedBytes = bytes;
    savedAt = performance.now();
  }

  function start(): Promise<void> {
    saving ??= saveNow().finally(() => {
      saving = undefined;
    });
    return saving;
  }

  return {
    look() {
      const waits = map.verifiedBytes - savedBytes;
      const isDue = waits >= settings.TRANSFER_SAVE_BYTES || (waits > 0 && performance.now() - savedAt >= settings.TRANSFER_SAVE_INTERVAL_MS);
      if (isDue && !map.complete) void start().catch(fail);
    },
    async end(isKept) {
      await saving?.catch(() => {});
      if (isKept && map.verifiedBytes > savedBytes) await start().catch(() => {});
    },
  };
}

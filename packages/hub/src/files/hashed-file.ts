// A file that grows at its end and knows the SHA-256 of what it holds, without reading it again.
import { type FileHandle, open } from 'node:fs/promises';
import { ProblemError } from '@relevo/runtime';

/** How far a hash has come; kept in memory it spares reading the file again. */
export interface HashState {
  /** Bytes it covers. */
  size: number;
  hasher: Bun.CryptoHasher;
}

/** What is read at once when a hash has to be made again. */
const rereadBytes = 1024 ** 2;
/** Dirty pages are handed to the disk as they come, so that the last fsync has little left to do. */
const writeBackBytes = 64 * 1024 ** 2;

export class HashedFile {
  readonly #handle: FileHandle;
  #state: HashState;
  #writeBack: Promise<void> | undefined;
  #sinceWriteBack = 0;
  #torn = false;

  private constructor(handle: FileHandle, state: HashState) {
    this.#handle = handle;
    this.#state = state;
  }

  /** Makes the file; it must not exist. @throws ProblemError `storage_full` */
  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await onDisk(open(path, 'wx', 0o600)), emptyHash());
  }

  /**
   * Opens the file to go on after its first `size` bytes; what lies beyond is cut off.
   * @param known the hash of those bytes, when it is still at hand; otherwise they are read again.
   */
  static async resume(path: string, size: number, known?: HashState): Promise<HashedFile> {
    const handle = await open(path, 'r+');
    try {
      const held = (await handle.stat()).size;
      // Truncating would fill it up with zeros.
      if (held < size) throw new Error(`the file ended at ${held} of ${size} bytes`);
      if (held > size) await handle.truncate(size);
      return new HashedFile(handle, known?.size === size ? known : await reread(handle, size));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#state.size;
  }

  /** SHA-256 of everything held, lower-case hex. */
  digest(): string {
    return this.#state.hasher.copy().digest('hex');
  }

  /** Where the file stands, to come back to or to go on from later; undefined once an `append` failed, for then the hash is ahead of the disk. */
  state(): HashState | undefined {
    return this.#torn ? undefined : { size: this.#state.size, hasher: this.#state.hasher.copy() };
  }

  /** Adds bytes at the end; resolves when the system has taken them, so that a fast sender waits for a slow disk. @throws ProblemError `storage_full` */
  async append(bytes: Uint8Array): Promise<void> {
    // Hashing here and writing in the system's threads go on at once.
    const written = onDisk(writeAll(this.#handle, bytes, this.#state.size));
    this.#state.hasher.update(bytes);
    this.#state.size += bytes.length;
    this.#sinceWriteBack += bytes.length;
    try {
      await written;
    } catch (error) {
      this.#torn = true;
      this.#state.size -= bytes.length;
      await this.#handle.truncate(this.#state.size);
      throw error;
    }
    if (this.#sinceWriteBack >= writeBackBytes && !this.#writeBack) this.#startWriteBack();
  }

  /** Takes back everything after `state`. */
  async rollBack(state: HashState): Promise<void> {
    await this.#handle.truncate(state.size);
    this.#state = state;
  }

  /** Resolves when every byte is on the disk. @throws ProblemError `storage_full` */
  async sync(): Promise<void> {
    await this.#writeBack;
    await onDisk(this.#handle.sync());
  }

  async close(): Promise<void> {
    await this.#writeBack;
    await this.#handle.close();
  }

  #startWriteBack(): void {
    this.#sinceWriteBack = 0;
    const ended = () => {
      this.#writeBack = undefined;
    };
    // A failure shows again in `sync`, which is the one that counts.
    this.#writeBack = this.#handle.datasync().then(ended, ended);
  }
}

function emptyHash(): HashState {
  return { size: 0, hasher: new Bun.CryptoHasher('sha256') };
}

async function reread(handle: FileHandle, size: number): Promise<HashState> {
  const { hasher } = emptyHash();
  const buffer = new Uint8Array(rereadBytes);
  for (let position = 0; position < size; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(rereadBytes, size - position), position);
    if (bytesRead === 0) throw new Error(`the file ended at ${position} of ${size} bytes`);
    hasher.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return { size, hasher };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Tells a full disk by its code. */
export async function onDisk<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
      throw new ProblemError('storage_full', 'The disk of the hub is full');
    }
    throw error;
  }
}

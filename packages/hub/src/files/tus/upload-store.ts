// The bytes of unfinished resumable uploads: what was acknowledged is on disk, and is hashed while it comes.
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Log, ProblemError } from '@relevo/runtime';
import { DataStore, Upload } from '@tus/server';
import { syncDirectory } from '../blobs-disk.ts';
import type { Files } from '../files.ts';
import { HashedFile, type HashState } from '../hashed-file.ts';
import { LockByKey } from '../lock-by-key.ts';
import type { PartChecksum } from './upload-checksum.ts';
import type { UploadRow, UploadRows } from './upload-rows.ts';

/** What one request brings along to where the library does not carry it. */
export interface UploadRequest {
  ownerId: number;
  checksum: PartChecksum | undefined;
  /** Set once the upload that this request asked for was made. */
  createdId: string | undefined;
  /** Set once the upload is a file. */
  fileId: string | undefined;
}

export interface UploadStoreOptions {
  /** `uploads/` is made in it. */
  dataDir: string;
  files: Files;
  rows: UploadRows;
  log: Log;
  /** How long an upload is kept, finished or not, milliseconds. */
  expiryMs: number;
  uploadsPerUserMax: number;
}

/** Hashes kept between the parts of uploads; of others the bytes are read again. */
const hashStatesMax = 1000;

export class UploadStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'termination', 'checksum', 'expiration'];
  readonly request = new AsyncLocalStorage<UploadRequest>();
  readonly #options: UploadStoreOptions;
  readonly #directory: string;
  readonly #hashes = new Map<string, HashState>();
  readonly #finishing = new LockByKey();

  private constructor(options: UploadStoreOptions, directory: string) {
    super();
    this.#options = options;
    this.#directory = directory;
  }

  /** Opens the store and removes bytes that no upload has. */
  static async open(options: UploadStoreOptions): Promise<UploadStore> {
    const directory = join(options.dataDir, 'uploads');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      if (!(await options.rows.find(name))) await rm(join(directory, name), { force: true });
    }
    return new UploadStore(options, directory);
  }

  override getExpiration(): number {
    return this.#options.expiryMs;
  }

  /** Its name and size were taken before; its place in the quota is claimed here. */
  override async create(upload: Upload): Promise<Upload> {
    const current = this.#current();
    const { ownerId } = current;
    const { rows, files, uploadsPerUserMax } = this.#options;
    const size = upload.size ?? 0;
    const row: UploadRow = {
      id: upload.id,
      owner_id: ownerId,
      name: files.takeName(upload.metadata?.filename ?? ''),
      size,
      metadata: JSON.stringify(upload.metadata ?? {}),
      checked_size: null,
      sha256: null,
      file_id: null,
      created_at: upload.creation_date ?? new Date().toISOString(),
    };
    await files.quota.claim(ownerId, size, async () => {
      if ((await rows.countUnfinished(ownerId)) >= uploadsPerUserMax)
        throw new ProblemError('too_many_uploads', `You may have ${uploadsPerUserMax} unfinished uploads`);
      await rows.add(row);
      current.createdId = upload.id;
    });
    const file = await HashedFile.create(this.#path(upload.id));
    await file.close();
    await syncDirectory(this.#directory);
    return upload;
  }

  /** Takes one part in. What came before a cut stays, unless the part has a checksum: then it counts only whole. */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const { checksum, fileId } = this.#current();
    // A part of no bytes after the end, from a client that missed the answer to the last one: the library lets no others through to here.
    if (fileId !== undefined) return offset;
    const { rows } = this.#options;
    const file = await HashedFile.resume(this.#path(id), offset, this.#hashes.get(id));
    this.#hashes.delete(id);
    const before = checksum && file.state();
    try {
      if (checksum) await rows.setCheckedSize(id, offset);
      try {
        for await (const bytes of stream as AsyncIterable<Uint8Array>) {
          checksum?.update(bytes);
          await file.append(bytes);
        }
        if (checksum && !checksum.matches()) throw new ProblemError('upload_checksum_mismatch', 'The part does not match its checksum and was dropped');
      } catch (error) {
        if (before) await file.rollBack(before);
        throw error;
      } finally {
        await file.sync();
        this.#keepHash(id, file.state());
      }
      if (checksum) await rows.setCheckedSize(id, null);
      return file.size;
    } finally {
      await file.close();
    }
  }

  /** As the library needs it; an upload whose last byte is there is made a file before anything is said of it. */
  override async getUpload(id: string): Promise<Upload> {
    const row = await this.find(id);
    const offset = await this.#offset(row);
    if (row.file_id === null && offset === row.size) await this.finish(id);
    else if (row.file_id !== null) this.#current().fileId = row.file_id;
    return new Upload({ id, size: row.size, offset, metadata: JSON.parse(row.metadata), creation_date: row.created_at });
  }

  /** @throws ProblemError `not_found` */
  async find(id: string): Promise<UploadRow> {
    const row = await this.#options.rows.find(id);
    if (!row) throw new ProblemError('not_found', 'There is no such upload');
    return row;
  }

  /** Makes a whole upload the file it is for; once, whoever asks and however often. Returns the file's id. */
  async finish(id: string): Promise<string> {
    const fileId = await this.#finishing.run(id, async () => {
      const row = await this.find(id);
      if (row.file_id !== null) return row.file_id;
      const sha256 = row.sha256 ?? (await this.#hash(row));
      return this.#takeIn(row, sha256);
    });
    const current = this.request.getStore();
    if (current) current.fileId = fileId;
    return fileId;
  }

  /** Of a finished upload the file stays. */
  override async remove(id: string): Promise<void> {
    const { rows, files } = this.#options;
    await this.#finishing.run(id, async () => {
      const row = await this.find(id);
      await rows.remove(id);
      this.#hashes.delete(id);
      await rm(this.#path(id), { force: true });
      if (row.file_id === null && row.sha256 !== null) await files.release(row.sha256);
    });
  }

  /** The hash is durable before the bytes move: a crash in between finds them at either place. */
  async #hash(row: UploadRow): Promise<string> {
    const file = await HashedFile.resume(this.#path(row.id), row.size, this.#hashes.get(row.id));
    try {
      await file.sync();
      const sha256 = file.digest();
      await this.#options.rows.setSha256(row.id, sha256);
      return sha256;
    } finally {
      await file.close();
    }
  }

  async #takeIn(row: UploadRow, sha256: string): Promise<string> {
    const { rows, files } = this.#options;
    const { id, owner_id: ownerId, name, size } = row;
    const received = { path: this.#path(id), sha256, size };
    if (!(await exists(received.path)) && !(await files.hasBytes(sha256))) throw this.#lost(id);
    try {
      const file = await files.takeIn({ ownerId, name, received, also: (trx, fileId) => rows.finish(trx, id, fileId) });
      this.#hashes.delete(id);
      return file.id;
    } catch (error) {
      // Refused for what it is, it will be refused again: the upload ends here.
      if (error instanceof ProblemError && error.status === 422) {
        await rows.remove(id);
        this.#hashes.delete(id);
        await files.release(sha256);
      }
      throw error;
    }
  }

  /** Bytes that are there and count. */
  async #offset(row: UploadRow): Promise<number> {
    if (row.file_id !== null || row.sha256 !== null) return row.size;
    const found = await stat(this.#path(row.id)).catch(() => undefined);
    if (!found) throw this.#lost(row.id);
    return Math.min(found.size, row.size, row.checked_size ?? row.size);
  }

  #lost(id: string): ProblemError {
    this.#options.log.error({ event: 'upload_missing', upload_id: id }, 'the bytes of an upload are not there');
    return new ProblemError('not_found', 'The bytes of this upload are no longer there');
  }

  #path(id: string): string {
    return join(this.#directory, id);
  }

  #keepHash(id: string, state: HashState | undefined): void {
    if (!state) return;
    this.#hashes.set(id, state);
    const oldest = this.#hashes.keys().next().value;
    if (this.#hashes.size > hashStatesMax && oldest !== undefined) this.#hashes.delete(oldest);
  }

  #current(): UploadRequest {
    const current = this.request.getStore();
    if (!current) throw new Error('an upload is touched outside of a request');
    return current;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

// Files on the hub: what the endpoints, the deliveries and the agents' surface stand on.
import type { FileResource, Manifest } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import type { Transaction } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { HubSchema } from '../database/schema.ts';
import type { Blobs, ReceivedBytes } from './blobs.ts';
import { openBlobsOnDisk } from './blobs-disk.ts';
import { type FileLimits, takeFileName, takeMediaType, takeSize } from './file-rules.ts';
import { type FilePage, FileStore, type ListOptions } from './file-store.ts';
import { LockByKey } from './lock-by-key.ts';
import { Manifests } from './manifest/manifests.ts';
import { tellMediaType } from './media-type.ts';
import { Quota } from './quota.ts';
import { removeOrphans } from './remove-orphans.ts';

export interface FilesSettings extends FileLimits {
  USER_QUOTA_BYTES: number;
}

export interface FilesOptions {
  db: HubDatabase;
  settings: FilesSettings;
  /** Blobs live in `blobs/` below it; no other process uses it at the same time. */
  dataDir: string;
  log: Log;
}

export interface UploadedBody {
  ownerId: number;
  /** As the client gave it. */
  name: string;
  body: AsyncIterable<Uint8Array>;
  /** Bytes the client announced; undefined when it did not. */
  length: number | undefined;
  /** What the bytes have to hash to, lower-case hex; undefined when anything will do. */
  sha256: string | undefined;
}

export interface TakenBytes {
  ownerId: number;
  /** As `takeName` returned it. */
  name: string;
  received: ReceivedBytes;
  /** Stored in the same transaction as the file. */
  also?: (trx: Transaction<HubSchema>, fileId: string) => Promise<unknown>;
  /** Wraps the moment the file is stored. */
  settle?: <Result>(store: () => Promise<Result>) => Promise<Result>;
}

type Listener = (file: FileResource) => void | Promise<void>;

/** Opens the files of the hub, after removing what a crash left behind. */
export async function createFiles({ db, settings, dataDir, log }: FilesOptions): Promise<Files> {
  const store = new FileStore(db);
  const blobs = await openBlobsOnDisk(dataDir);
  await removeOrphans({ store, blobs, log });
  const files = new Files({ db, settings, log, store, blobs });
  await files.manifests.prepareMissing();
  return files;
}

export class Files {
  readonly limits: FilesSettings;
  readonly quota: Quota;
  /** For this capability's own endpoints; others ask `manifest`. */
  readonly manifests: Manifests;
  readonly #store: FileStore;
  readonly #blobs: Blobs;
  readonly #log: Log;
  /** One change at a time of what is kept under one hash: a blob never goes while a file with it comes. */
  readonly #contents = new LockByKey();
  readonly #created = new Set<Listener>();
  readonly #deleted = new Set<Listener>();

  constructor({ db, settings, log, store, blobs }: { db: HubDatabase; settings: FilesSettings; log: Log; store: FileStore; blobs: Blobs }) {
    this.limits = settings;
    this.quota = new Quota(store, settings.USER_QUOTA_BYTES);
    this.#store = store;
    this.#blobs = blobs;
    this.#log = log;
    this.manifests = new Manifests({
      db,
      log,
      path: (sha256) => blobs.path(sha256),
      exclusively: (sha256, work) => this.#contents.run(sha256, work),
      inUse: (sha256) => store.hasContent(sha256),
    });
  }

  find(id: string): Promise<FileResource | undefined> {
    return this.#store.find(id);
  }

  list(options: ListOptions): Promise<FilePage> {
    return this.#store.list(options);
  }

  /** Those of `contents` that a file of this user has. */
  ownContents(ownerId: number, contents: readonly string[]): Promise<Set<string>> {
    return this.#store.ownContents(ownerId, contents);
  }

  /** Where the bytes of a content are on this machine. */
  blobPath(sha256: string): string {
    return this.#blobs.path(sha256);
  }

  /** The manifest of a file's content; computed first when it is not there yet. */
  manifest(sha256: string): Promise<Manifest> {
    return this.manifests.get(sha256);
  }

  /** `listener` hears of every file from now on, once it is there. Call what is returned to stop that. */
  onCreated(listener: Listener): () => void {
    this.#created.add(listener);
    return () => this.#created.delete(listener);
  }

  /** `listener` hears of every file that is deleted, once it is gone; the deletion waits for it. */
  onDeleted(listener: Listener): () => void {
    this.#deleted.add(listener);
    return () => this.#deleted.delete(listener);
  }

  /** The name as it will be kept. @throws ProblemError when it is refused */
  takeName(given: string): string {
    return takeFileName(given, this.limits);
  }

  /** @throws ProblemError `file_too_large` */
  takeSize(size: number): void {
    takeSize(size, this.limits);
  }

  /**
   * Takes in a whole body as a file; nothing of it is kept unless it is taken whole.
   * @throws ProblemError for what the rules refuse, `length_mismatch`, `digest_mismatch`, `quota_exceeded`, `storage_full`
   */
  async upload({ ownerId, name: given, body, length, sha256 }: UploadedBody): Promise<FileResource> {
    const name = this.takeName(given);
    if (length !== undefined) this.takeSize(length);
    const reservation = await this.quota.reserve(ownerId, length ?? 0);
    try {
      const received = await this.#blobs.receive(body, async (size) => {
        this.takeSize(size);
        await reservation.grow(size);
      });
      const fault = mismatch(received, { length, sha256 });
      if (fault) {
        await this.#blobs.discard(received);
        throw fault;
      }
      return await this.takeIn({ ownerId, name, received, settle: reservation.settle });
    } finally {
      reservation.release();
    }
  }

  /**
   * Makes received bytes a file. Whatever comes of it, they are no longer waiting afterwards.
   * @throws ProblemError `media_type_refused`
   */
  async takeIn({ ownerId, name, received, also, settle = (store) => store() }: TakenBytes): Promise<FileResource> {
    const { sha256, size } = received;
    const file = await this.#contents.run(sha256, async () => {
      await this.#blobs.keep(received);
      try {
        const mediaType = await tellMediaType(this.#blobs.path(sha256), name);
        takeMediaType(mediaType, this.limits);
        return await settle(() => this.#store.add({ ownerId, name, size, sha256, mediaType }, also));
      } catch (error) {
        await this.#removeUnused(sha256);
        throw error;
      }
    });
    this.manifests.prepare(sha256);
    this.#log.info({ event: 'file_created', file_id: file.id, user_id: ownerId, size, sha256 }, 'a file was stored');
    await this.#tell(this.#created, file);
    return file;
  }

  /** Whether the bytes of this content are kept. */
  hasBytes(sha256: string): Promise<boolean> {
    return this.#blobs.has(sha256);
  }

  /** Deletes a file, and its content when no other file has it; downloads that have begun end well. False when it was gone. `also` happens with it, or neither does. */
  async remove(id: string, also?: (trx: HubDatabase, file: FileResource) => Promise<void>): Promise<boolean> {
    const file = await this.#store.remove(id, also);
    if (!file) return false;
    await this.release(file.sha256);
    this.#log.info({ event: 'file_deleted', file_id: id, user_id: file.owner_id }, 'a file was deleted');
    await this.#tell(this.#deleted, file);
    return true;
  }

  /** Removes a content unless a file has it or will have it. */
  release(sha256: string): Promise<void> {
    return this.#contents.run(sha256, () => this.#removeUnused(sha256));
  }

  /** Ends the work in the background. */
  stop(): void {
    this.manifests.stop();
  }

  async #removeUnused(sha256: string): Promise<void> {
    if (await this.#store.hasContent(sha256)) return;
    await this.manifests.forget(sha256);
    await this.#blobs.remove(sha256);
  }

  async #tell(listeners: ReadonlySet<Listener>, file: FileResource): Promise<void> {
    for (const listener of listeners) {
      try {
        await listener(file);
      } catch (error) {
        this.#log.error({ event: 'file_listener_failed', file_id: file.id, error: String(error) }, 'somebody who follows the files failed');
      }
    }
  }
}

function mismatch(received: ReceivedBytes, { length, sha256 }: Pick<UploadedBody, 'length' | 'sha256'>): ProblemError | undefined {
  if (length !== undefined && received.size !== length) return new ProblemError('length_mismatch', `${received.size} of ${length} bytes came`);
  if (sha256 !== undefined && received.sha256 !== sha256) {
    return new ProblemError('digest_mismatch', 'The bytes that came are not those you announced', { extra: { sha256: received.sha256 } });
  }
  return undefined;
}

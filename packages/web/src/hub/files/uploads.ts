// Uploads that outlive the page they were started on: a bounded number at once, resumed where they stopped, also after the tab was closed.
import { DetailedError, type PreviousUpload, Upload } from 'tus-js-client';
import { ApiError, apiErrorOf } from '../../http/api-error.ts';
import { holdUpload, uploadsPath } from './unfinished-uploads.ts';

export type UploadState = 'waiting' | 'sending' | 'paused' | 'done' | 'failed';

/** A file and what it will be called on the hub. */
export interface ChosenFile {
  file: File;
  name: string;
}

export interface UploadView {
  readonly id: number;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly sent: number;
  readonly state: UploadState;
  /** Bytes per second, smoothed. */
  readonly rate: number | undefined;
  /** The connection broke, and it tries again by itself. */
  readonly isInterrupted: boolean;
  readonly error: ApiError | undefined;
}

interface Entry {
  view: UploadView;
  file: File;
  upload: Upload | undefined;
  /** The attempt before, paused or failed: what the hub has of it can still be dropped. */
  left: Upload | undefined;
  sample: { at: number; sent: number } | undefined;
  /** Lets other tabs list it as unfinished. */
  release: () => void;
}

const atOnceMax = 3;
const sampleMs = 300;
/** Share of a new sample in the smoothed rate. */
const sampleWeight = 0.3;
/** Waits between attempts; a part that arrived starts them anew. Together they outlast the restart of a hub. */
const retryDelaysMs = [0, 500, 1000, 2000, 3000, 5000, 5000, 10_000, 10_000, 15_000, 15_000, 30_000, 30_000, 60_000];

export class Uploads {
  readonly #onDone: () => void;
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<() => void>();
  #snapshot: readonly UploadView[] = [];
  #lastId = 0;
  #isClosed = false;

  /** `onDone` runs after each file that arrived. */
  constructor(onDone: () => void) {
    this.#onDone = onDone;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): readonly UploadView[] => this.#snapshot;

  add(files: readonly ChosenFile[]): void {
    for (const { file, name } of files) {
      const id = ++this.#lastId;
      const view: UploadView = { id, name, size: file.size, sent: 0, state: 'waiting', rate: undefined, isInterrupted: false, error: undefined };
      this.#entries.set(id, { view, file, upload: undefined, left: undefined, sample: undefined, release: () => {} });
    }
    this.#next();
  }

  /** Lets go of the connection and keeps what arrived; the next in line takes its place. */
  pause(id: number): void {
    const entry = this.#entries.get(id);
    if (entry?.view.state !== 'sending' && entry?.view.state !== 'waiting') return;
    void entry.upload?.abort().catch(() => {});
    this.#ended(entry, { state: 'paused', rate: undefined, isInterrupted: false });
  }

  /** Goes on with one that was paused or failed. */
  resume(id: number): void {
    const entry = this.#entries.get(id);
    if (entry?.view.state !== 'failed' && entry?.view.state !== 'paused') return;
    this.#change(entry, { state: 'waiting', error: undefined });
    this.#next();
  }

  pauseAll(): void {
    for (const id of [...this.#entries.keys()].reverse()) this.pause(id);
  }

  resumeAll(): void {
    for (const id of this.#entries.keys()) this.resume(id);
  }

  /** Takes it off the list; one that is under way is ended, and what arrived of it is dropped by the hub. */
  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    if (entry.view.state !== 'done') (entry.upload ?? entry.left)?.abort(true).catch(() => {});
    entry.release();
    this.#entries.delete(id);
    this.#next();
  }

  /** Takes everything that arrived off the list. */
  clearDone(): void {
    for (const [id, { view }] of this.#entries) if (view.state === 'done') this.#entries.delete(id);
    this.#publish();
  }

  /** Lets go of everything, because nobody is signed in any more. What arrived is kept by the hub until the same file is chosen again. */
  close(): void {
    this.#isClosed = true;
    for (const { upload, release } of this.#entries.values()) {
      upload?.abort().catch(() => {});
      release();
    }
  }

  #next(): void {
    let free = atOnceMax - [...this.#entries.values()].filter(({ view }) => view.state === 'sending').length;
    for (const entry of this.#entries.values()) {
      if (free <= 0) break;
      if (entry.view.state !== 'waiting') continue;
      free -= 1;
      this.#change(entry, { state: 'sending' });
      void this.#send(entry);
    }
    this.#publish();
  }

  async #send(entry: Entry): Promise<void> {
    const {
      file,
      view: { name },
    } = entry;
    const upload = new Upload(file, {
      endpoint: uploadsPath,
      metadata: { filename: name, ...(file.type && { filetype: file.type }) },
      retryDelays: retryDelaysMs,
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => this.#interrupted(entry, error),
      onUploadUrlAvailable: () => {
        entry.release();
        if (upload.url !== null) entry.release = holdUpload(upload.url);
      },
      onProgress: (sent) => this.#progressed(entry, sent),
      onSuccess: () => this.#ended(entry, { state: 'done', sent: file.size, rate: undefined }),
      onError: (error) => this.#ended(entry, { state: 'failed', rate: undefined, isInterrupted: false, error: errorOf(error) }),
    });
    entry.upload = upload;
    const newest = (await upload.findPreviousUploads().catch((): PreviousUpload[] => []))
      .filter(({ size, metadata }) => size === file.size && metadata.filename === name)
      .sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime))[0];
    // It may have been taken off the list, paused, or sent anew meanwhile.
    if (this.#isClosed || !this.#entries.has(entry.view.id) || entry.upload !== upload) return;
    if (newest) upload.resumeFromPreviousUpload(newest);
    upload.start();
  }

  /** True when it is worth trying again: the hub was away or busy. A refusal of the file is final. */
  #interrupted(entry: Entry, error: DetailedError): boolean {
    const status = error.originalResponse?.getStatus() ?? 0;
    const isWorthIt = status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;
    entry.sample = undefined;
    this.#change(entry, { rate: undefined, isInterrupted: isWorthIt });
    this.#publish();
    return isWorthIt;
  }

  #progressed(entry: Entry, sent: number): void {
    const at = performance.now();
    const before = entry.sample;
    if (before && at - before.at < sampleMs) return;
    entry.sample = { at, sent };
    const rate = before && sent >= before.sent ? ((sent - before.sent) * 1000) / (at - before.at) : undefined;
    const known = entry.view.rate;
    this.#change(entry, {
      sent,
      isInterrupted: false,
      rate: rate === undefined || known === undefined ? (rate ?? known) : known + sampleWeight * (rate - known),
    });
    this.#publish();
  }

  #ended(entry: Entry, change: Partial<UploadView>): void {
    entry.left = change.state === 'done' ? undefined : (entry.upload ?? entry.left);
    entry.upload = undefined;
    if (change.state === 'done') entry.release();
    entry.sample = undefined;
    this.#change(entry, change);
    if (change.state === 'done') this.#onDone();
    this.#next();
  }

  #change(entry: Entry, change: Partial<UploadView>): void {
    entry.view = { ...entry.view, ...change };
  }

  #publish(): void {
    this.#snapshot = [...this.#entries.values()].map(({ view }) => view);
    for (const listener of [...this.#listeners]) listener();
  }
}

function errorOf(error: Error | DetailedError): ApiError {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response || response.getStatus() === 0) return new ApiError('unreachable', 0);
  return apiErrorOf(response.getStatus(), response.getBody(), response.getHeader('retry-after'));
}

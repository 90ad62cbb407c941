// Uploads that outlive the page they were started on: a bounded number at once, resumed where they stopped, also after the tab was closed.
import { DetailedError, type PreviousUpload, Upload } from 'tus-js-client';
import { ApiError, apiErrorOf } from '../../http/api-error.ts';

export type UploadState = 'waiting' | 'sending' | 'done' | 'failed';

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
  sample: { at: number; sent: number } | undefined;
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

  add(files: readonly File[]): void {
    for (const file of files) {
      const id = ++this.#lastId;
      const view: UploadView = { id, name: file.name, size: file.size, sent: 0, state: 'waiting', rate: undefined, isInterrupted: false, error: undefined };
      this.#entries.set(id, { view, file, upload: undefined, sample: undefined });
    }
    this.#next();
  }

  /** Goes on with one that failed. */
  retry(id: number): void {
    const entry = this.#entries.get(id);
    if (entry?.view.state !== 'failed') return;
    this.#change(entry, { state: 'waiting', error: undefined });
    this.#next();
  }

  /** Takes it off the list; one that is under way is ended, and what arrived of it is dropped by the hub. */
  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    if (entry.view.state !== 'done') entry.upload?.abort(true).catch(() => {});
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
    for (const { upload } of this.#entries.values()) upload?.abort().catch(() => {});
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
    const { file } = entry;
    const upload = new Upload(file, {
      endpoint: '/api/uploads',
      metadata: { filename: file.name, ...(file.type && { filetype: file.type }) },
      retryDelays: retryDelaysMs,
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => this.#interrupted(entry, error),
      onProgress: (sent) => this.#progressed(entry, sent),
      onSuccess: () => this.#ended(entry, { state: 'done', sent: file.size, rate: undefined }),
      onError: (error) => this.#ended(entry, { state: 'failed', rate: undefined, isInterrupted: false, error: errorOf(error) }),
    });
    entry.upload = upload;
    const newest = (await upload.findPreviousUploads().catch((): PreviousUpload[] => []))
      .filter(({ size, metadata }) => size === file.size && metadata.filename === file.name)
      .sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime))[0];
    if (this.#isClosed || !this.#entries.has(entry.view.id)) return;
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
    entry.upload = undefined;
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

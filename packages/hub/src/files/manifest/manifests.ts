// The manifest of each content: computed once, in the background, and kept.
import { Worker } from 'node:worker_threads';
import type { Manifest } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { HubDatabase } from '../../database/database.ts';
import type { ManifestJob, ManifestOutcome } from './manifest-worker.ts';

export interface ManifestsOptions {
  db: HubDatabase;
  log: Log;
  path(sha256: string): string;
  /** Runs `work` while no other change of this content is under way. */
  exclusively<Result>(sha256: string, work: () => Promise<Result>): Promise<Result>;
  /** Whether a file still has this content. */
  inUse(sha256: string): Promise<boolean>;
}

/** What is asked for starts at once while fewer than this run, taking turns in the one thread; what nobody waits for runs alone. */
const jobsMax = 4;

interface Job {
  promise: Promise<Manifest>;
  resolve(manifest: Manifest): void;
  reject(error: Error): void;
  state: 'waiting' | 'running';
}

export class Manifests {
  readonly #options: ManifestsOptions;
  /** Every content being computed or waiting for it, those asked for first. */
  readonly #jobs = new Map<string, Job>();
  readonly #asked = new Set<string>();
  #running = 0;
  #worker: Worker | undefined;
  #stopped = false;

  constructor(options: ManifestsOptions) {
    this.#options = options;
  }

  /** Sees to it that the manifest will be there; nobody waits. */
  prepare(sha256: string): void {
    this.#job(sha256).promise.catch((error: Error) => {
      if (!this.#stopped) this.#options.log.warn({ event: 'manifest_failed', sha256, error: error.message }, 'a manifest could not be computed');
    });
    this.#startNext();
  }

  /** The manifest of a content that is kept; waits for it when it is not there yet. */
  async get(sha256: string): Promise<Manifest> {
    return JSON.parse(await this.text(sha256)) as Manifest;
  }

  /** As `get`, in JSON as it is kept: of a large file it has megabytes, which need not be parsed to be sent. */
  async text(sha256: string): Promise<string> {
    const kept = await this.#options.db.selectFrom('manifest').select('body').where('sha256', '=', sha256).executeTakeFirst();
    if (kept) return kept.body;
    const { promise } = this.#job(sha256);
    this.#asked.add(sha256);
    this.#startNext();
    return JSON.stringify(await promise);
  }

  /** Contents of files that have no manifest: what an earlier process did not come to. */
  async prepareMissing(): Promise<void> {
    const rows = await this.#options.db
      .selectFrom('file')
      .select('sha256')
      .distinct()
      .where((expression) =>
        expression.not(expression.exists(expression.selectFrom('manifest').select('manifest.sha256').whereRef('manifest.sha256', '=', 'file.sha256'))),
      )
      .execute();
    for (const { sha256 } of rows) this.prepare(sha256);
  }

  /** To be called when the content is removed. */
  async forget(sha256: string): Promise<void> {
    await this.#options.db.deleteFrom('manifest').where('sha256', '=', sha256).execute();
  }

  /** Ends the thread; whoever waits is told so. */
  stop(): void {
    this.#stopped = true;
    void this.#worker?.terminate();
    this.#failAll(new Error('the hub is going away'));
  }

  #job(sha256: string): Job {
    const known = this.#jobs.get(sha256);
    if (known) return known;
    const job: Job = { ...Promise.withResolvers<Manifest>(), state: 'waiting' };
    // Also unheard, a failure is no fault of the process.
    job.promise.catch(() => undefined);
    this.#jobs.set(sha256, job);
    return job;
  }

  #startNext(): void {
    if (this.#stopped) return;
    for (const sha256 of this.#asked) {
      if (this.#running >= jobsMax) return;
      this.#asked.delete(sha256);
      this.#start(sha256);
    }
    if (this.#running > 0) return;
    for (const [sha256, job] of this.#jobs) {
      if (job.state === 'waiting') return this.#start(sha256);
    }
  }

  #start(sha256: string): void {
    const job = this.#jobs.get(sha256);
    if (job?.state !== 'waiting') return;
    job.state = 'running';
    this.#running += 1;
    this.#worker ??= this.#startWorker();
    this.#worker.ref();
    this.#worker.postMessage({ sha256, path: this.#options.path(sha256) } satisfies ManifestJob);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./manifest-worker.ts', import.meta.url));
    worker.on('message', (outcome: ManifestOutcome) => void this.#settle(outcome));
    worker.on('error', (error) => {
      this.#worker = undefined;
      this.#failAll(new Error(`the manifest thread failed: ${String(error)}`));
    });
    return worker;
  }

  async #settle(outcome: ManifestOutcome): Promise<void> {
    const { sha256 } = outcome;
    const job = this.#jobs.get(sha256);
    try {
      if ('failure' in outcome) throw new Error(outcome.failure);
      await this.#keep(outcome.manifest);
      job?.resolve(outcome.manifest);
    } catch (error) {
      job?.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      if (job && this.#jobs.get(sha256) === job) {
        this.#jobs.delete(sha256);
        this.#running -= 1;
      }
      this.#startNext();
      // Work keeps the process alive, idleness does not.
      if (this.#running === 0) this.#worker?.unref();
    }
  }

  /** Kept unless the content went away in the meantime. */
  #keep(manifest: Manifest): Promise<void> {
    const { db, exclusively, inUse } = this.#options;
    return exclusively(manifest.sha256, async () => {
      if (!(await inUse(manifest.sha256))) return;
      await db
        .insertInto('manifest')
        .values({ sha256: manifest.sha256, body: JSON.stringify(manifest) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  #failAll(error: Error): void {
    for (const job of this.#jobs.values()) job.reject(error);
    this.#jobs.clear();
    this.#asked.clear();
    this.#running = 0;
  }
}

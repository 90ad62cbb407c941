// The requests of a reporter to its hub: batches that are sent until they are answered, and the stream of stops.
import { backoffDelay } from '@relevo/protocol';
import type { Report, ReportQueue } from './report-queue.ts';

/** A report that changed nothing. */
export interface RefusedReport {
  seq: number;
  code: string;
  message: string;
  /** How the operation ended, when that is why. */
  state?: string;
}

export interface LinkOptions {
  url: string;
  apiKey: string;
  fetch: typeof fetch;
  queue: ReportQueue;
  /** Reports in one request. */
  batchMax: number;
  /** How long the first report of a batch waits for others, milliseconds. */
  batchDelayMs: number;
  delayMinMs: number;
  delayMaxMs: number;
  requestTimeoutMs: number;
  onRefused(report: Report, refused: RefusedReport): void;
  onStop(operationId: string, userId: number): void;
  onProblem(code: string, message: string): void;
}

/** A hub that says nothing on the stream of stops for this long is taken for dead; it sends something every 15 s. Milliseconds. */
const streamSilenceMs = 40_000;

export class HubLink {
  readonly #options: LinkOptions;
  readonly #reporter = crypto.randomUUID();
  readonly #closing = new AbortController();
  readonly #flushed = new Set<{ seq: number; resolve: () => void }>();
  #sending: Promise<void> | undefined;
  #hurry: (() => void) | undefined;
  #listening: AbortController | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Something waits in the queue. */
  wake(): void {
    if (this.#sending || this.#closing.signal.aborted) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#options.queue.size > 0) this.wake();
    });
  }

  /** Resolves when everything that waits now was answered. */
  async flushed(): Promise<void> {
    const { lastSeq, doneSeq } = this.#options.queue;
    if (doneSeq >= lastSeq) return;
    this.wake();
    this.#hurry?.();
    await new Promise<void>((resolve) => this.#flushed.add({ seq: lastSeq, resolve }));
  }

  /** Hears of stops while `wanted`. */
  listen(wanted: boolean): void {
    if (!wanted) {
      this.#listening?.abort();
      this.#listening = undefined;
    } else if (!this.#listening && !this.#closing.signal.aborted) {
      this.#listening = new AbortController();
      void this.#listenForStops(this.#listening.signal);
    }
  }

  close(): void {
    this.#closing.abort();
    this.listen(false);
    this.#hurry?.();
  }

  async #sendAll(): Promise<void> {
    const { queue, batchDelayMs } = this.#options;
    let attempt = 0;
    let { batchMax } = this.#options;
    await this.#pause(batchDelayMs);
    while (queue.size > 0 && !this.#closing.signal.aborted) {
      const batch = queue.next(batchMax);
      const verdict = await this.#send(batch);
      if (verdict === 'taken') {
        attempt = 0;
        this.#settle();
        if (queue.size > 0 && queue.size < batchMax) await this.#pause(batchDelayMs);
      } else if (verdict === 'too_large' && batch.length > 1) {
        batchMax = Math.ceil(batch.length / 2);
        queue.split(batchMax);
      } else {
        await this.#pause(Math.max(verdict === 'too_large' ? 0 : verdict.retryAfterMs, backoffDelay(attempt, this.#options)));
        attempt += 1;
      }
    }
  }

  /** Sends one batch. What the hub can never take is dropped and told; everything else is worth another try. */
  async #send(batch: readonly Report[]): Promise<'taken' | 'too_large' | { retryAfterMs: number }> {
    const { url, requestTimeoutMs, fetch, onProblem, onRefused, queue } = this.#options;
    try {
      const response = await fetch(new URL('/api/reports', url), {
        method: 'POST',
        headers: { ...this.#headers(), 'content-type': 'application/json' },
        body: JSON.stringify({ reporter: this.#reporter, reports: batch }),
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      const answer = (await response.json().catch(() => ({}))) as { seq?: number; refused?: RefusedReport[]; code?: string; detail?: string };
      // Whatever stands between may answer 200 too; only the hub says how far it came.
      if (response.ok && typeof answer.seq === 'number') {
        for (const refused of answer.refused ?? []) {
          const report = batch.find(({ seq }) => seq === refused.seq);
          if (report) onRefused(report, refused);
        }
        queue.answered();
        return 'taken';
      }
      if (response.status === 413 && batch.length > 1) return 'too_large';
      onProblem(answer.code ?? `http_${response.status}`, answer.detail ?? `the hub answered ${response.status}`);
      if (response.status === 400 || response.status === 413) {
        queue.answered();
        return 'taken';
      }
      return { retryAfterMs: retryAfterMs(response) };
    } catch (error) {
      if (!this.#closing.signal.aborted) onProblem('hub_unreachable', String(error));
      return { retryAfterMs: 0 };
    }
  }

  #settle(): void {
    const { doneSeq } = this.#options.queue;
    for (const waiting of [...this.#flushed]) {
      if (waiting.seq > doneSeq) continue;
      this.#flushed.delete(waiting);
      waiting.resolve();
    }
  }

  async #listenForStops(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const began = Date.now();
      await this.#readStops(signal).catch(() => {});
      if (Date.now() - began > this.#options.delayMaxMs) attempt = 0;
      if (!signal.aborted) await sleep(backoffDelay(attempt, this.#options), signal);
    }
  }

  async #readStops(signal: AbortSignal): Promise<void> {
    const { url, fetch, onStop } = this.#options;
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), streamSilenceMs);
    try {
      const response = await fetch(new URL('/api/reports/stops', url), { headers: this.#headers(), signal: AbortSignal.any([signal, silence.signal]) });
      if (!response.ok || !response.body) return void (await response.body?.cancel());
      const decoder = new TextDecoder();
      let rest = '';
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), streamSilenceMs);
        const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (!line.startsWith('data:')) continue;
          const { operation_id, user_id } = JSON.parse(line.slice(5)) as { operation_id: string; user_id: number };
          onStop(operation_id, user_id);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits, unless somebody is in a hurry. */
  async #pause(ms: number): Promise<void> {
    const hurry = new AbortController();
    this.#hurry = () => hurry.abort();
    await sleep(this.#closing.signal.aborted ? 0 : ms, hurry.signal);
    this.#hurry = undefined;
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#options.apiKey}`, accept: 'application/json, text/event-stream' };
  }
}

/** `Retry-After` in seconds (RFC 9110 §10.2.3), at most a minute, as milliseconds. */
function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(60, Math.max(0, seconds)) * 1000 : 0;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

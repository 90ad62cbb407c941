// What the hub counts about itself: for Prometheus, and as the four figures that an operator looks at.
import type { Published } from '@relevo/progress/engine';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { LatencyHistogram } from './latency-histogram.ts';
import { SlidingCount } from './sliding-count.ts';

export interface MetricsSources {
  /** Open connections by kind. */
  connections(): Record<string, number>;
  operationsActive(): number;
}

/** Windows of the figures that are rates, seconds. */
const messagesWindowSeconds = 10;
const errorsWindowSeconds = 60;

export class Metrics {
  readonly #registry = new Registry();
  readonly #sources: MetricsSources;
  readonly #recentMessages = new SlidingCount(messagesWindowSeconds);
  readonly #recentErrors = new SlidingCount(errorsWindowSeconds);
  readonly #messages: Counter<'direction'>;
  readonly #errors: Counter<'code'>;
  readonly #bytes: Counter<'direction'>;
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #events: LatencyHistogram;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    const registers = [this.#registry];
    new Gauge({
      name: 'relevo_connections',
      help: 'Open connections by kind',
      labelNames: ['kind'],
      registers,
      collect() {
        for (const [kind, count] of Object.entries(sources.connections())) this.set({ kind }, count);
      },
    });
    new Gauge({
      name: 'relevo_operations_active',
      help: 'Operations that have not ended',
      registers,
      collect() {
        this.set(sources.operationsActive());
      },
    });
    this.#messages = new Counter({
      name: 'relevo_messages_total',
      help: 'Messages on progress and agent sockets, and events on event streams',
      labelNames: ['direction'],
      registers,
    });
    this.#errors = new Counter({ name: 'relevo_errors_total', help: 'Refusals and failures by code', labelNames: ['code'], registers });
    this.#bytes = new Counter({
      name: 'relevo_transfer_bytes_total',
      help: 'Bytes of files stored (in) and of file content answered (out)',
      labelNames: ['direction'],
      registers,
    });
    // What has not happened yet is 0 and not absent: a rate over it is known from the first time.
    for (const direction of ['in', 'out']) {
      this.#messages.inc({ direction }, 0);
      this.#bytes.inc({ direction }, 0);
    }
    this.#requests = new Histogram({
      name: 'relevo_request_duration_seconds',
      help: 'Time to the head of the answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
    this.#events = new LatencyHistogram({
      name: 'relevo_event_latency_seconds',
      help: 'From a report that is taken to its event handed to the watchers, the journal in between',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, in the Prometheus text format. */
  async text(): Promise<string> {
    return `${await this.#registry.metrics()}\n${this.#events.text()}`;
  }

  messages(direction: 'in' | 'out', count = 1): void {
    if (count === 0) return;
    this.#messages.inc({ direction }, count);
    this.#recentMessages.add(count);
  }

  error(code: string): void {
    this.#errors.inc({ code });
    this.#recentErrors.add();
  }

  transferred(direction: 'in' | 'out', bytes: number): void {
    this.#bytes.inc({ direction }, bytes);
  }

  answered(method: string, route: string, status: number, milliseconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, milliseconds / 1000);
  }

  /** Counts events that were just shown, by the time that stands in them. */
  shown(batch: readonly Published[], now = Date.now()): void {
    let [timestamp, count] = ['', 0];
    const observe = () => {
      if (count > 0) this.#events.observe(Math.max(0, now - Date.parse(timestamp)) / 1000, count);
    };
    for (const { event } of batch) {
      if (event.timestamp !== timestamp) {
        observe();
        [timestamp, count] = [event.timestamp, 0];
      }
      count += 1;
    }
    observe();
  }

  /** The four figures of `GET /api/metrics`. */
  figures(): { active_connections: number; active_operations: number; messages_per_second: number; errors_per_minute: number } {
    return {
      active_connections: Object.values(this.#sources.connections()).reduce((sum, count) => sum + count, 0),
      active_operations: this.#sources.operationsActive(),
      messages_per_second: this.#recentMessages.total() / messagesWindowSeconds,
      errors_per_minute: (this.#recentErrors.total() * 60) / errorsWindowSeconds,
    };
  }
}

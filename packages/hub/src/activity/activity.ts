// What happened on the hub over time: counted in memory, written once a minute, read as equal buckets.
import type { Published } from '@relevo/progress/engine';
import type { OperationState } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { HubDatabase } from '../database/database.ts';
import type { HubSettings } from '../settings.ts';
import { addFigures, type Figures, type FiguresAt, intoBuckets, noFigures, wholeHub } from './figures.ts';
import { bucketSizes, FiguresStore } from './figures-store.ts';

export const periods = ['hour', 'day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

const minuteMs = bucketSizes.minute;
const hourMs = bucketSizes.hour;

/** How far each period goes back, and the buckets it is shown in: some hundred points, whatever the period. */
export const periodShapes: Record<Period, { backMs: number; bucketMs: number; from: keyof typeof bucketSizes }> = {
  hour: { backMs: hourMs, bucketMs: minuteMs, from: 'minute' },
  day: { backMs: 24 * hourMs, bucketMs: 10 * minuteMs, from: 'minute' },
  week: { backMs: 7 * 24 * hourMs, bucketMs: hourMs, from: 'hour' },
  month: { backMs: 30 * 24 * hourMs, bucketMs: 6 * hourMs, from: 'hour' },
};

export interface ActivityOptions {
  db: HubDatabase;
  settings: Pick<HubSettings, 'ACTIVITY_MINUTES_HISTORY_MS' | 'ACTIVITY_HISTORY_MS'>;
  log: Log;
  /** Agents that are online now. */
  agentsOnline: () => number;
  now?: () => number;
}

/** How often it is looked how many agents are online, and whether the minute is over, milliseconds. */
const lookIntervalMs = 1000;

export class Activity {
  readonly #options: ActivityOptions;
  readonly #store: FiguresStore;
  readonly #now: () => number;
  readonly #timer: ReturnType<typeof setInterval>;
  /** What happened in the minute that runs, by user. */
  #running = new Map<number, Figures>();
  #minute: number;
  #writing: Promise<void> = Promise.resolve();
  #purgedAt = 0;

  constructor(options: ActivityOptions) {
    this.#options = options;
    this.#store = new FiguresStore(options.db);
    this.#now = options.now ?? Date.now;
    this.#minute = this.#thisMinute();
    this.#timer = setInterval(() => this.look(), lookIntervalMs);
    this.#timer.unref?.();
  }

  transferred(direction: 'in' | 'out', bytes: number): void {
    this.#add(wholeHub, direction === 'in' ? { bytes_in: bytes } : { bytes_out: bytes });
  }

  /** Counts the operations that ended among events that were shown. */
  shown(batch: readonly Published[]): void {
    for (const { event, userId } of batch) {
      if (!('state' in event) || event.snapshot) continue;
      const end = endOf(event.state);
      if (!end) continue;
      this.#add(wholeHub, { [end]: 1 });
      this.#add(userId, { [end]: 1 });
    }
  }

  /** Takes the figures of now. */
  look(): void {
    const online = this.#options.agentsOnline();
    this.#add(wholeHub, { agents_online_min: online, agents_online_max: online });
  }

  /** The figures of a user, or of the whole hub, up to now, in equal buckets. */
  async of(userId: number, period: Period): Promise<FiguresAt[]> {
    const { backMs, bucketMs, from } = periodShapes[period];
    this.#turn();
    // What is being written is neither in the running minute any more nor to be read yet.
    await this.#writing;
    const now = this.#now();
    const rows = await this.#store.since(userId, from, now - backMs);
    const running = this.#running.get(userId);
    const at = new Date(this.#minute * minuteMs).toISOString();
    return intoBuckets(running ? [...rows, { at, ...running }] : rows, now - backMs, now, bucketMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #thisMinute(): number {
    return Math.floor(this.#now() / minuteMs);
  }

  /** When the minute is over, begins to write it, and the next: what is counted belongs to the minute in which it happened. */
  #turn(): void {
    if (this.#thisMinute() !== this.#minute) this.#writing = this.#write();
  }

  #add(userId: number, more: Partial<Figures>): void {
    this.#turn();
    this.#running.set(userId, addFigures(this.#running.get(userId) ?? noFigures(), { ...noFigures(), ...more }));
  }

  async #write(): Promise<void> {
    const { settings, log } = this.#options;
    const at = this.#minute * minuteMs;
    const kept = [...this.#running].map(([userId, figures]) => ({ userId, figures }));
    this.#running = new Map();
    this.#minute = this.#thisMinute();
    try {
      await this.#store.add(at, kept);
      const now = this.#now();
      if (now - this.#purgedAt < hourMs) return;
      this.#purgedAt = now;
      await this.#store.purge('minute', now - settings.ACTIVITY_MINUTES_HISTORY_MS);
      await this.#store.purge('hour', now - settings.ACTIVITY_HISTORY_MS);
    } catch (error) {
      log.error({ event: 'activity_failed', err: error }, 'the figures of a minute could not be kept');
    }
  }
}

function endOf(state: OperationState): 'completed' | 'failed' | 'stopped' | undefined {
  if (state === 'error') return 'failed';
  return state === 'completed' || state === 'stopped' ? state : undefined;
}

// A histogram of seconds without labels that takes many equal values at once: thousands of events a second share the millisecond they were made in.

export class LatencyHistogram {
  readonly #name: string;
  readonly #help: string;
  /** Ascending upper bounds, seconds. */
  readonly #bounds: readonly number[];
  /** How many values fell under each bound and not under the one before; the last: over all. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor({ name, help, buckets }: { name: string; help: string; buckets: readonly number[] }) {
    this.#name = name;
    this.#help = help;
    this.#bounds = buckets;
    this.#counts = new Float64Array(buckets.length + 1);
  }

  observe(seconds: number, count = 1): void {
    const over = this.#bounds.findIndex((bound) => seconds <= bound);
    const bucket = over === -1 ? this.#bounds.length : over;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#sum += seconds * count;
  }

  /** In the Prometheus text format: "Each bucket count of a histogram … is cumulative", "The bucket {le="+Inf"} must exist". */
  text(): string {
    let total = 0;
    const lines = [`# HELP ${this.#name} ${this.#help}`, `# TYPE ${this.#name} histogram`];
    for (const [bucket, count] of this.#counts.entries()) {
      total += count;
      lines.push(`${this.#name}_bucket{le="${this.#bounds[bucket] ?? '+Inf'}"} ${total}`);
    }
    lines.push(`${this.#name}_sum ${this.#sum}`, `${this.#name}_count ${total}`);
    return `${lines.join('\n')}\n`;
  }
}

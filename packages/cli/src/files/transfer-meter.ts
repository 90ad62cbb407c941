// Shows one transfer on the terminal: how far, how fast, how long still.
import { bar, figures } from '../terminal/bar.ts';
import { LiveBlock } from '../terminal/live-block.ts';
import { printable } from '../terminal/printable.ts';

/** The rate is taken over this long, milliseconds. */
const rateWindowMs = 3000;

export class TransferMeter {
  readonly #block = new LiveBlock();
  readonly #name: string;
  readonly #total: number;
  #samples: { at: number; bytes: number }[] = [];
  #bytes = 0;

  constructor(name: string, total: number) {
    this.#name = printable(name);
    this.#total = total;
  }

  /** `bytes` are there of the whole. */
  moved(bytes: number): void {
    this.#bytes = bytes;
    const now = performance.now();
    this.#samples.push({ at: now, bytes });
    while ((this.#samples[0]?.at ?? now) < now - rateWindowMs) this.#samples.shift();
    this.#block.draw(() => [this.#line()]);
  }

  finish(): void {
    this.#block.finish();
  }

  #line(): string {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const seconds = first && last ? (last.at - first.at) / 1000 : 0;
    const rate = first && last && seconds > 0.2 ? Math.max(0, last.bytes - first.bytes) / seconds : undefined;
    const percent = this.#total === 0 ? 100 : Math.floor((this.#bytes / this.#total) * 100);
    const etaMs = rate ? ((this.#total - this.#bytes) / rate) * 1000 : undefined;
    return `${this.#name} ${bar(percent)} ${percent}% ${figures({ bytes: this.#bytes, total: this.#total, rate, etaMs })}`;
  }
}

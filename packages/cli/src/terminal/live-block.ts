// A block of lines that is drawn over itself, on a terminal; elsewhere nothing is drawn.

/** Least time between two drawings, milliseconds. */
const intervalMs = 80;

export class LiveBlock {
  readonly #out: NodeJS.WriteStream;
  #drawn = 0;
  /** Nothing was drawn yet: the first drawing waits for nothing, however young the process. */
  #lastAt = Number.NEGATIVE_INFINITY;
  #pending: (() => readonly string[]) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  get isVisible(): boolean {
    return this.#out.isTTY === true;
  }

  /** Draws what `lines` gives, now or as soon as the last drawing is old enough; the newest call wins. */
  draw(lines: () => readonly string[]): void {
    if (!this.isVisible) return;
    this.#pending = lines;
    const waitMs = this.#lastAt + intervalMs - performance.now();
    if (waitMs <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), waitMs);
  }

  /** Draws what is still waiting and leaves it standing. */
  finish(): void {
    if (this.#pending) this.#flush();
    this.#drawn = 0;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#pending?.() ?? [];
    this.#pending = undefined;
    this.#lastAt = performance.now();
    const columns = this.#out.columns || 80;
    const shown = fit(lines, (this.#out.rows || 24) - 1).map((line) => cut(line, columns - 1));
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    this.#out.write(`${up}\r\u001b[J${shown.join('\n')}\n`);
    this.#drawn = shown.length;
  }
}

/** As many lines as the screen has; the rest is counted. */
function fit(lines: readonly string[], rows: number): readonly string[] {
  return lines.length <= rows ? lines : [...lines.slice(0, rows - 1), `… +${lines.length - rows + 1}`];
}

function cut(line: string, columns: number): string {
  if (Bun.stringWidth(line) <= columns) return line;
  let shown = '';
  for (const character of line) {
    if (Bun.stringWidth(shown + character) > columns - 1) break;
    shown += character;
  }
  return `${shown}…`;
}

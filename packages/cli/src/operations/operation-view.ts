// Shows an operation while it goes on: bars on a terminal, one line per change elsewhere.

import type { WatchedOperation } from '@relevo/progress/watch';
import { isEnded, type StepEvent } from '@relevo/protocol';
import { bar, figures } from '../terminal/bar.ts';
import { say } from '../terminal/language.ts';
import { LiveBlock } from '../terminal/live-block.ts';
import { printable } from '../terminal/printable.ts';

export class OperationView {
  readonly #block = new LiveBlock();
  readonly #nameOf: (step: string) => string;
  readonly #said = new Map<string, string>();
  readonly #write: (text: string) => void;

  /** `nameOf` is how a step is called to people. */
  constructor(nameOf: (step: string) => string, write: (text: string) => void = (text) => void process.stderr.write(text)) {
    this.#nameOf = nameOf;
    this.#write = write;
  }

  show(operation: WatchedOperation): void {
    if (this.#block.isVisible) this.#block.draw(() => linesOf(operation, this.#nameOf));
    else for (const step of operation.steps) this.#tell(step);
    if (isEnded(operation.state)) this.#block.finish();
  }

  /** A line when a step says something new; percentages alone are not worth one. */
  #tell(step: StepEvent): void {
    const line = `${printable(this.#nameOf(step.step))}: ${mark(step)} ${printable(step.message)}`;
    if (this.#said.get(step.step) === line) return;
    this.#said.set(step.step, line);
    this.#write(`${line}\n`);
  }
}

/** What a terminal shows of an operation under way: a line for each step, with its bar, how much and how fast, and what bounds it. */
export function linesOf({ steps }: WatchedOperation, nameOf: (step: string) => string): string[] {
  const names = steps.map(({ step }) => printable(nameOf(step)));
  const width = Math.max(0, ...names.map((name) => Bun.stringWidth(name)));
  return steps.map((step, index) => {
    const name = names[index] ?? '';
    const known = figures({ bytes: step.bytes, total: step.total_bytes, rate: step.rate, etaMs: step.eta_ms, boundBy: step.bound_by });
    const percent = step.progress === null ? '   ' : `${Math.floor(step.progress)}%`.padStart(4);
    return [
      name + ' '.repeat(width - Bun.stringWidth(name)),
      mark(step),
      bar(step.progress),
      percent,
      step.status === 'in_progress' ? known : '',
      printable(step.message),
    ]
      .filter((part) => part !== '')
      .join(' ');
  });
}

/** How the operation ended, in one line. */
export function outcome({ state, operation_id: id }: WatchedOperation): string {
  const words = {
    completed: say('completed', 'completada'),
    error: say('failed', 'falló'),
    stopped: say('stopped', 'detenida'),
    pending: 'pending',
    in_progress: 'in_progress',
  };
  return `${printable(id)}: ${words[state]}`;
}

function mark({ status }: StepEvent): string {
  return { pending: '·', in_progress: '»', completed: '✓', error: '✗' }[status];
}

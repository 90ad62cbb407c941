// Group commit: what is applied while one commit is under way, or by others whose requests came at the same time, goes into one. Journaled first,
// then shown.
import { isStepEvent, type ProgressEvent } from '@relevo/protocol';
import type { Alongside, Journal, JournalBatch, Published } from './journal.ts';
import type { Operation, OperationKey, Step } from './operation.ts';

/** What the engine keeps of an operation, as far as a commit needs it. */
interface Committed {
  operation: Operation;
  topic: string;
}

export interface Applied<Entry extends Committed> {
  entry: Entry;
  event: ProgressEvent;
  isTick: boolean;
}

export interface GroupCommitOptions<Transaction, Entry extends Committed> {
  journal: Journal<Transaction>;
  /** Pause before a failed commit is tried again, milliseconds. */
  retryMs: number;
  /** Told when a commit failed, which is tried again until it does not. */
  onError(error: unknown): void;
  /** Told of what was just journaled, in order, each with its encoding. */
  onJournaled(applied: readonly Applied<Entry>[], published: readonly Published[]): void;
}

/** What was applied since the last commit began. */
interface Pending<Transaction, Entry extends Committed> {
  applied: Applied<Entry>[];
  alongside: Alongside<Transaction>[];
  lasting: boolean;
  /** Settled by `settle` when all of it was journaled and shown. */
  shown: Promise<void>;
  settle: () => void;
}

export class GroupCommit<Transaction, Entry extends Committed> {
  readonly #options: GroupCommitOptions<Transaction, Entry>;
  #pending: Pending<Transaction, Entry> = emptyPending();
  /** What is being journaled. */
  #underWay: Pending<Transaction, Entry> | undefined;
  #committing: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Transaction, Entry>) {
    this.#options = options;
  }

  add(entry: Entry, event: ProgressEvent, isTick: boolean): void {
    this.#pending.lasting ||= !isTick;
    this.#pending.applied.push({ entry, event, isTick });
    this.#committing ??= this.#commitAll();
  }

  alongside(alongside: Alongside<Transaction>, lasting = true): void {
    this.#pending.alongside.push(alongside);
    this.#pending.lasting ||= lasting;
    this.#committing ??= this.#commitAll();
  }

  /** Resolves when what was added so far is journaled and shown. */
  async shown(): Promise<void> {
    // Not for what others add meanwhile: under load there is always more.
    await (isEmpty(this.#pending) ? this.#underWay : this.#pending)?.shown;
  }

  /** Resolves when nothing is left to commit. */
  async idle(): Promise<void> {
    while (this.#committing) await this.#committing;
  }

  async #commitAll(): Promise<void> {
    for (;;) {
      // Whatever else this turn of the loop brings goes with it.
      await new Promise((resolve) => setImmediate(resolve));
      if (isEmpty(this.#pending)) break;
      const pending = this.#pending;
      this.#pending = emptyPending();
      this.#underWay = pending;
      const published = pending.applied.map(publishedOf);
      await this.#append(batchOf(pending, published));
      this.#options.onJournaled(pending.applied, published);
      this.#underWay = undefined;
      pending.settle();
    }
    this.#committing = undefined;
  }

  async #append(batch: JournalBatch<Transaction>): Promise<void> {
    const { journal, retryMs, onError } = this.#options;
    for (;;) {
      try {
        return await journal.append(batch);
      } catch (error) {
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}

function batchOf<Transaction, Entry extends Committed>(
  { applied, alongside, lasting }: Pending<Transaction, Entry>,
  published: readonly Published[],
): JournalBatch<Transaction> {
  const transitions = applied.filter(({ isTick }) => !isTick);
  const steps = new Map<Step, OperationKey>();
  for (const { entry, event } of transitions) {
    const step = isStepEvent(event) ? entry.operation.steps.get(event.step) : undefined;
    if (step) steps.set(step, entry.operation);
  }
  return {
    // Copies, so that a commit that is tried again still writes the state its events tell.
    operations: [...new Set(transitions.map(({ entry }) => entry))].map(({ operation }) => ({ ...operation })),
    steps: [...steps].map(([step, key]) => ({ key, step: { ...step } })),
    transitions: published.filter((_, n) => !applied[n]?.isTick),
    ticks: published.filter((_, n) => applied[n]?.isTick),
    alongside,
    lasting,
  };
}

function publishedOf({ entry: { operation, topic }, event }: Applied<Committed>): Published {
  return { userId: operation.userId, operationId: operation.id, topic, event, text: JSON.stringify(event) };
}

function emptyPending<Transaction, Entry extends Committed>(): Pending<Transaction, Entry> {
  let settle = () => {};
  const shown = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { applied: [], alongside: [], lasting: false, shown, settle };
}

function isEmpty({ applied, alongside }: { applied: readonly unknown[]; alongside: readonly unknown[] }): boolean {
  return applied.length === 0 && alongside.length === 0;
}

// Carries a removal from step to step: sends the requests one after another and follows what the hub tells meanwhile. It goes on when
// the dialog is closed; what it cannot know after a reload, it learns from the operation.
import type { Store, WatchedOperation } from '@relevo/progress/watch';
import { isEnded, type RemovalStep } from '@relevo/protocol';
import { type Answer, type Answers, nextMove } from './next-move.ts';

export interface RunSnapshot {
  answers: Answers;
  /** It sends the next step by itself. */
  isOn: boolean;
}

export class RemovalRun {
  readonly #ask: (step: RemovalStep) => Promise<Answer>;
  readonly #operation: Store<WatchedOperation>;
  readonly #listeners = new Set<() => void>();
  #snapshot: RunSnapshot = { answers: {}, isOn: false };
  #unfollow: (() => void) | undefined;
  /** Nothing is sent before the hub told how far the operation is. */
  #isBlind = false;

  /** `ask` makes the request of a step and never rejects; `operation` is what the hub tells of it. */
  constructor(operation: Store<WatchedOperation>, ask: (step: RemovalStep) => Promise<Answer>) {
    this.#operation = operation;
    this.#ask = ask;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): RunSnapshot => this.#snapshot;

  /** Sends the first step at once: the operation is new. */
  begin(): void {
    this.#follow();
  }

  /** Goes on from where the hub says that the steps stand. */
  resume(): void {
    this.#isBlind = true;
    this.#follow();
  }

  /** Tries again the step that failed, only that, and then goes on. */
  retry(step: RemovalStep): void {
    this.#send(step);
    this.#follow();
  }

  /** Sends nothing more; what is under way is the hub's. */
  halt(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    if (this.#snapshot.isOn) this.#set({ isOn: false });
  }

  #follow(): void {
    if (this.#snapshot.isOn) return;
    this.#set({ isOn: true });
    this.#unfollow = this.#operation.subscribe(() => this.#advance());
    this.#advance();
  }

  #advance(): void {
    if (!this.#snapshot.isOn) return;
    const { state, steps, seq } = this.#operation.getSnapshot();
    if (this.#isBlind && seq === 0) return;
    if (isEnded(state)) return this.halt();
    const move = nextMove(steps, this.#snapshot.answers);
    if (move.kind === 'send') this.#send(move.step);
    else if (move.kind !== 'wait') this.halt();
  }

  #send(step: RemovalStep): void {
    this.#answer(step, { state: 'sent' });
    void this.#ask(step).then((answer) => {
      this.#answer(step, answer);
      this.#advance();
    });
  }

  #answer(step: RemovalStep, answer: Answer): void {
    this.#set({ answers: { ...this.#snapshot.answers, [step]: answer } });
  }

  #set(change: Partial<RunSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

// Updates of operations whose owner is not known yet: they wait, within bounds, for whoever starts the operation.
import type { StepChange } from '../engine/index.ts';

export interface HeldLimits {
  /** Operations whose updates may wait. */
  heldOperationsMax: number;
  /** Updates of one such operation. */
  heldUpdatesMax: number;
  /** How long they wait, milliseconds. */
  heldMaxMs: number;
}

export interface Held {
  updates: { step: string; change: StepChange }[];
  /** It was completed as well. */
  completed: boolean;
  since: number;
}

export class HeldUpdates {
  readonly #limits: HeldLimits;
  /** Oldest first. */
  readonly #byId = new Map<string, Held>();

  constructor(limits: HeldLimits) {
    this.#limits = limits;
  }

  /** Keeps an update, the newest percentage of a running step in place of the one before; false when there is no room for it. */
  add(id: string, step: string, change: StepChange, now: number): boolean {
    const held = this.#heldOf(id, now);
    if (!held || held.completed) return false;
    const last = held.updates.findLast((update) => update.step === step);
    if (last && last.change.status === 'in_progress' && change.status === 'in_progress') {
      last.change = { ...last.change, ...change };
      return true;
    }
    if (held.updates.length >= this.#limits.heldUpdatesMax) return false;
    held.updates.push({ step, change });
    return true;
  }

  complete(id: string, now: number): boolean {
    const held = this.#heldOf(id, now);
    if (held) held.completed = true;
    return held !== undefined;
  }

  /** Gives out what waited for this operation. */
  take(id: string): Held | undefined {
    const held = this.#byId.get(id);
    this.#byId.delete(id);
    return held;
  }

  /** Forgets what waited too long; returns the ids. */
  forgetOld(now: number): string[] {
    const old = [...this.#byId].filter(([, { since }]) => now - since > this.#limits.heldMaxMs).map(([id]) => id);
    for (const id of old) this.#byId.delete(id);
    return old;
  }

  #heldOf(id: string, now: number): Held | undefined {
    const known = this.#byId.get(id);
    if (known || this.#byId.size >= this.#limits.heldOperationsMax) return known;
    const held: Held = { updates: [], completed: false, since: now };
    this.#byId.set(id, held);
    return held;
  }
}

// The newest percentages of steps whose records in the database are older: what a merge has to write.
import type { OperationKey, Published, Step } from '@relevo/progress/engine';
import { isStepEvent } from '@relevo/protocol';

export class NewestTicks {
  /** By operation, then by step. */
  readonly #ticks = new Map<string, Map<string, Published>>();

  get isEmpty(): boolean {
    return this.#ticks.size === 0;
  }

  add(ticks: readonly Published[]): void {
    for (const tick of ticks) {
      if (!isStepEvent(tick.event)) continue;
      const key = `${tick.userId}/${tick.operationId}`;
      const ofOperation = this.#ticks.get(key);
      if (ofOperation) ofOperation.set(tick.event.step, tick);
      else this.#ticks.set(key, new Map([[tick.event.step, tick]]));
    }
  }

  /** Forgets steps whose records are written as they are now. */
  drop(steps: Iterable<{ key: OperationKey; step: Pick<Step, 'step'> }>): void {
    for (const { key, step } of steps) this.#ticks.get(`${key.userId}/${key.id}`)?.delete(step.step);
  }

  /** Forgets an operation. */
  forget({ userId, id }: OperationKey): void {
    this.#ticks.delete(`${userId}/${id}`);
  }

  clear(): void {
    this.#ticks.clear();
  }

  of({ userId, id }: OperationKey): Published[] {
    return [...(this.#ticks.get(`${userId}/${id}`)?.values() ?? [])];
  }

  *all(): Iterable<Published> {
    for (const ofOperation of this.#ticks.values()) yield* ofOperation.values();
  }
}

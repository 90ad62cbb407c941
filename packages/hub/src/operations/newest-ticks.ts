// The newest percentages of steps whose records in the database are older: what a merge has to write. Those of one span of time are merged
// a few at a time while the next span's come in; a step that moved on meanwhile waits for its next merge.
import { type OperationKey, operationTopic, type Published, type Step } from '@relevo/progress/engine';
import { isStepEvent } from '@relevo/protocol';

/** By the topic of the operation, then by step. */
type Ticks = Map<string, Map<string, Published>>;

export class NewestTicks {
  #fresh: Ticks = new Map();
  /** Of the span before, no step of `#fresh` among them. */
  #aged: Ticks = new Map();

  /** True while there is something to merge. */
  get isMerging(): boolean {
    return this.#aged.size > 0;
  }

  add(ticks: readonly Published[]): void {
    for (const tick of ticks) {
      if (!isStepEvent(tick.event)) continue;
      const { step } = tick.event;
      const ofOperation = this.#fresh.get(tick.topic);
      if (ofOperation) ofOperation.set(step, tick);
      else this.#fresh.set(tick.topic, new Map([[step, tick]]));
      if (this.isMerging) dropFrom(this.#aged, tick.topic, step);
    }
  }

  /** Begins another span: what is there now is to be merged. */
  age(): void {
    this.#aged = this.#fresh;
    this.#fresh = new Map();
  }

  /** At most `max` of what is to be merged. */
  due(max: number): Published[] {
    const due: Published[] = [];
    for (const ofOperation of this.#aged.values()) {
      for (const tick of ofOperation.values()) {
        if (due.length >= max) return due;
        due.push(tick);
      }
    }
    return due;
  }

  /** Forgets what was due and is merged. */
  merged(due: readonly Published[]): void {
    for (const { topic, event } of due) if (isStepEvent(event)) dropFrom(this.#aged, topic, event.step);
  }

  /** Forgets steps whose records are written as they are now. */
  drop(steps: Iterable<{ key: OperationKey; step: Pick<Step, 'step'> }>): void {
    for (const { key, step } of steps) for (const ticks of [this.#aged, this.#fresh]) dropFrom(ticks, operationTopic(key), step.step);
  }

  /** Forgets an operation. */
  forget(key: OperationKey): void {
    for (const ticks of [this.#aged, this.#fresh]) ticks.delete(operationTopic(key));
  }

  of(key: OperationKey): Published[] {
    return [this.#aged, this.#fresh].flatMap((ticks) => [...(ticks.get(operationTopic(key))?.values() ?? [])]);
  }
}

function dropFrom(ticks: Ticks, topic: string, step: string): void {
  const ofOperation = ticks.get(topic);
  if (ofOperation?.delete(step) && ofOperation.size === 0) ticks.delete(topic);
}

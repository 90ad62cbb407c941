// Where a removal stands when nothing of it moves. Pure.
import type { HeardStep } from './shown-steps.ts';

/** `step`: the one that failed, and is to be tried again; undefined: the next one was never asked for. */
export interface Standstill {
  step: string | undefined;
}

/** `heard`: all that the hub knows of; `isWorkedOn`: it has more of it to do. Undefined while it moves, will by itself, or is done. */
export function standstillOf(heard: readonly HeardStep[], isWorkedOn: boolean): Standstill | undefined {
  if (heard.some(({ status }) => status === 'in_progress')) return undefined;
  const failed = heard.find(({ status }) => status === 'error');
  if (failed) return { step: failed.step };
  const isDone = heard.length > 0 && heard.every(({ status }) => status === 'completed');
  return isWorkedOn || isDone ? undefined : { step: undefined };
}

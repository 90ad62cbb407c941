// What a transfer does about each thing that can go wrong: end with a sentence, or try again after a while.
import { HubRefusal } from '../hub-link/hub-refusal.ts';
import { TaskFailure } from '../tasks/task-handler.ts';
import type { RangeOutcome } from './range-messages.ts';

/** Worth trying again: the hub is away or busy, the connection broke. */
export interface Interruption {
  reason: string;
  retryAfterMs: number | undefined;
}

/** Statuses that may pass by themselves. A 401 is answered by a new token, a 403 by an approval; neither ends a delivery. */
const passingStatuses: ReadonlySet<number> = new Set([0, 401, 403, 408, 421, 425, 429]);

/** @throws TaskFailure when trying again cannot help */
export function interruptionOf(error: unknown): Interruption {
  if (!(error instanceof HubRefusal)) throw error;
  const { status, message, retryAfterMs } = error;
  if (status === 404 || status === 410) throw new TaskFailure({ code: 'delivery.file_deleted' });
  if (status === 412) throw new TaskFailure({ code: 'delivery.file_changed' });
  if (status >= 500 || status < 300 || passingStatuses.has(status)) return { reason: message, retryAfterMs };
  throw new TaskFailure({ code: 'delivery.refused', values: { reason: message } });
}

/** The same for a range that did not end well; corrupted chunks are counted elsewhere. @throws TaskFailure */
export function interruptionOfRange(outcome: Exclude<RangeOutcome, { kind: 'done' | 'corrupted' | 'aborted' }>): Interruption {
  switch (outcome.kind) {
    case 'cut':
      return { reason: outcome.reason, retryAfterMs: undefined };
    case 'changed':
      throw new TaskFailure({ code: 'delivery.file_changed' });
    case 'disk':
      throw diskFailure(outcome.code, outcome.reason);
    case 'refused':
      return interruptionOf(new HubRefusal(outcome.reason, outcome));
  }
}

/** A write that the disk did not take. */
export function diskFailure(code: string, reason: string): TaskFailure {
  // The agent's own database lies on a disk as well, most often the same one.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return new TaskFailure({ code: 'delivery.disk_full' });
  return new TaskFailure({ code: 'delivery.failed', values: { reason: reason.slice(0, 300) } });
}

/** The same of what a system call threw. */
export function diskFailureOf(error: unknown): TaskFailure {
  return diskFailure(error instanceof Error && 'code' in error ? String(error.code) : '', error instanceof Error ? error.message : String(error));
}

// The state of a step as a reader means it.
import type { OperationState, StepEvent, StepTextCode } from '@relevo/protocol';

const stopped: StepTextCode = 'step.stopped';

/** `stopped` for a step that ended because somebody asked for it: it did not fail. Otherwise its status. */
export function stateOfStep({ status, code }: Pick<StepEvent, 'status' | 'code'>): OperationState {
  return status === 'error' && code === stopped ? 'stopped' : status;
}

// The state machine of operations and their steps: which states there are, and which may follow which.

export const stepStatuses = ['pending', 'in_progress', 'completed', 'error'] as const;
export type StepStatus = (typeof stepStatuses)[number];

export const operationStates = ['pending', 'in_progress', 'completed', 'error', 'stopped'] as const;
export type OperationState = (typeof operationStates)[number];

/** From each step status, the statuses it may go to. Staying `in_progress` is a tick; `error` may be tried again; `completed` is final. */
export const stepTransitions: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  pending: ['pending', 'in_progress', 'completed', 'error'],
  in_progress: ['in_progress', 'completed', 'error'],
  completed: [],
  error: ['in_progress', 'completed', 'error'],
};

/** From each operation state, the states it may go to. The last three are ends. */
export const operationTransitions: Readonly<Record<OperationState, readonly OperationState[]>> = {
  pending: ['in_progress', 'completed', 'error', 'stopped'],
  in_progress: ['completed', 'error', 'stopped'],
  completed: [],
  error: [],
  stopped: [],
};

export function isEnded(state: OperationState): boolean {
  return operationTransitions[state].length === 0;
}

/** A step that will not change unless somebody tries it again. */
export function isSettled(status: StepStatus): boolean {
  return status === 'completed' || status === 'error';
}

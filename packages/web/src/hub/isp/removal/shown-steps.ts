// The three steps of a removal as the dialog shows them: all of them, also before the hub has told of any. Pure.
import { stateOfStep } from '@relevo/progress/watch';
import { removalSteps, type StepEvent } from '@relevo/protocol';
import type { ListedStep } from './step-list.tsx';

export type HeardStep = Pick<StepEvent, 'step' | 'status' | 'message' | 'progress' | 'code'>;

export function shownSteps(heard: readonly HeardStep[]): ListedStep[] {
  return removalSteps.map((step) => {
    const event = heard.find((one) => one.step === step);
    return event ? listed(event) : { step, state: 'pending', message: '', progress: 0 };
  });
}

export function listed(event: HeardStep): ListedStep {
  const { step, message, progress } = event;
  return { step, state: stateOfStep(event), message, progress };
}

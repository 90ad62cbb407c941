// The three steps of a removal as the dialog shows them: what the hub tells, and what only the answers tell yet. Pure.
import { stateOfStep } from '@relevo/progress/watch';
import { removalSteps, type StepEvent } from '@relevo/protocol';
import type { Answer, Answers } from './next-move.ts';
import type { ListedStep } from './step-list.tsx';

type HeardStep = Pick<StepEvent, 'step' | 'status' | 'message' | 'progress' | 'code'>;

export function shownSteps(heard: readonly HeardStep[], answers: Answers): ListedStep[] {
  return removalSteps.map((step) => {
    const event = heard.find((one) => one.step === step);
    return overtaken(event ? listed(event) : { step, state: 'pending', message: '', progress: 0 }, answers[step]);
  });
}

export function listed(event: HeardStep): ListedStep {
  const { step, message, progress } = event;
  return { step, state: stateOfStep(event), message, progress };
}

/** An answer may come before the news of it, and when the news cannot come at all. */
function overtaken(shown: ListedStep, answer: Answer | undefined): ListedStep {
  if (!answer || shown.state === 'completed') return shown;
  if (answer.state === 'done') return { ...shown, state: 'completed', message: answer.message, progress: 100 };
  if (shown.state === 'in_progress') return shown;
  if (answer.state === 'refused') return { ...shown, state: 'error', message: answer.message, progress: 0 };
  // A step in error that was sent again is under way; what it said of the first attempt is over.
  if (answer.state === 'sent' && shown.state === 'error') return { ...shown, state: 'in_progress', message: '', progress: null };
  return shown;
}

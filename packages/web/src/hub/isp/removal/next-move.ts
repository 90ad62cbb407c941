// What a removal does next, from what the hub tells of its steps and what its requests were answered. Pure.
import { type RemovalStep, removalSteps, type StepEvent } from '@relevo/protocol';

/** How the request of a step stands. */
export type Answer =
  | { state: 'sent' }
  | { state: 'done'; message: string }
  /** The hub did not wait for the router any longer; the work goes on. */
  | { state: 'late' }
  | { state: 'refused'; message: string };

export type Answers = Readonly<Partial<Record<RemovalStep, Answer>>>;

export type Move = { kind: 'send'; step: RemovalStep } | { kind: 'wait'; step: RemovalStep } | { kind: 'halt'; step: RemovalStep } | { kind: 'finish' };

type HeardStep = Pick<StepEvent, 'step' | 'status'>;

/** A step is sent only when those before it are done; nothing that failed is tried again unasked. */
export function nextMove(heard: readonly HeardStep[], answers: Answers): Move {
  for (const step of removalSteps) {
    const status = heard.find((event) => event.step === step)?.status;
    const answer = answers[step]?.state;
    if (status === 'completed' || answer === 'done') continue;
    if (answer === 'sent' || status === 'in_progress') return { kind: 'wait', step };
    if (status === 'error' || answer === 'refused') return { kind: 'halt', step };
    return answer === 'late' ? { kind: 'wait', step } : { kind: 'send', step };
  }
  return { kind: 'finish' };
}

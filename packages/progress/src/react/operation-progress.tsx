// <OperationProgress>: an operation as it happens, without looks of its own: what assistive technology needs, and hooks for CSS.
import type { OperationState, StepEvent } from '@relevo/protocol';
import { type CSSProperties, useId } from 'react';
import { overallProgress, stateOfStep } from '../watch/index.ts';
import { useAnnouncement } from './announcement.ts';
import { useOperation } from './hooks.ts';
import { type ProgressLabels, progressLabels } from './labels.ts';

export interface OperationProgressProps {
  operationId: string;
  /** Language of the words below; English unless given. Messages speak the language of whoever reported them. */
  language?: 'en' | 'es';
  /** Other words, for other languages or other names of things. */
  labels?: Partial<ProgressLabels>;
  /** What a step is called on the screen; its id unless given. */
  nameOf?: (step: string) => string;
  /** For CSS; so are the attributes `data-state` and `data-step`, and `--value` (0 to 100) on every bar whose percentage is known. */
  className?: string;
}

/**
 * Shows one operation live: its title, one bar for the whole, and the list of its steps with state, message and percentage. Changes of
 * state are told to screen readers, a second's worth at a time; percentages are there to be read and are never called out.
 */
export function OperationProgress({ operationId, language = 'en', labels: ownLabels, nameOf = itself, className }: OperationProgressProps) {
  const operation = useOperation(operationId);
  const labels: ProgressLabels = { ...progressLabels[language], ...ownLabels };
  const announcement = useAnnouncement(operation, labels, nameOf);
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className={className} data-state={operation.state}>
      <div>
        <span id={titleId}>{operation.title || operationId}</span> <State state={operation.state} labels={labels} />
      </div>
      <Bar labelledBy={titleId} value={overallProgress(operation.state, operation.steps)} labels={labels} />
      <ol aria-label={labels.steps}>
        {operation.steps.map((step) => (
          <Step key={step.step} step={step} name={nameOf(step.step)} labels={labels} />
        ))}
      </ol>
      <output style={unseen}>{announcement}</output>
    </section>
  );
}

function Step({ step, name, labels }: { step: StepEvent; name: string; labels: ProgressLabels }) {
  const nameId = useId();
  const state = stateOfStep(step);
  return (
    <li data-step={step.step} data-state={state}>
      <span id={nameId}>{name}</span> <State state={state} labels={labels} /> {step.message && <span data-part="message">{step.message}</span>}
      {state === 'in_progress' && <Bar labelledBy={nameId} value={step.progress} labels={labels} />}
    </li>
  );
}

function State({ state, labels }: { state: OperationState; labels: ProgressLabels }) {
  return <span data-part="state">{labels.states[state]}</span>;
}

/**
 * "The author SHOULD supply values for aria-valuenow, aria-valuemin, and aria-valuemax unless the value is indeterminate, in which case
 * the author SHOULD omit the aria-valuenow attribute" (WAI-ARIA 1.2, progressbar).
 */
function Bar({ labelledBy, value, labels }: { labelledBy: string; value: number | null; labels: ProgressLabels }) {
  if (value === null) return <div role="progressbar" aria-labelledby={labelledBy} />;
  // Rounded down: 99.6 per cent is not the end.
  const whole = Math.floor(value);
  return (
    <div
      role="progressbar"
      aria-labelledby={labelledBy}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={whole}
      aria-valuetext={labels.percent(whole)}
      style={{ '--value': whole } as CSSProperties}
    >
      <span aria-hidden="true">{labels.percent(whole)}</span>
    </div>
  );
}

/** Out of sight, and still there for screen readers: what it says stands in the list as well. */
const unseen: CSSProperties = { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' };

function itself(step: string): string {
  return step;
}

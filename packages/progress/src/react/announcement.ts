// What a screen reader is told of an operation: that a step began or ended, and the end; never a percentage, and never in a flood.
import { isEnded, isSettled, type OperationState } from '@relevo/protocol';
import { useEffect, useRef, useState } from 'react';
import { stateOfStep, type WatchedOperation } from '../watch/index.ts';
import type { ProgressLabels } from './labels.ts';

/** What changes within this time is told together, milliseconds. */
const gatherMs = 1000;
/** More steps than this are told as a count. */
const namedMax = 3;

/** What of an operation is worth telling: its state, and the state of each step. */
interface Told {
  state: OperationState;
  steps: ReadonlyMap<string, OperationState>;
}

export function toldOf({ state, steps }: WatchedOperation): Told {
  return { state, steps: new Map(steps.map((step) => [step.step, stateOfStep(step)])) };
}

/** What to tell somebody who was told `before`; '' when there is nothing. */
export function newsOf(before: Told, operation: WatchedOperation, labels: ProgressLabels, nameOf: (step: string) => string): string {
  const now = toldOf(operation);
  const parts: string[] = [];
  const changed = [...now.steps].filter(([step, state]) => state !== 'pending' && before.steps.get(step) !== state);
  if (changed.length > namedMax) parts.push(labels.settled(operation.steps.filter(({ status }) => isSettled(status)).length, operation.steps.length));
  else parts.push(...changed.map(([step, state]) => `${nameOf(step)}: ${labels.states[state]}`));
  if (now.state !== before.state && isEnded(now.state)) parts.push(`${operation.title || operation.operation_id}: ${labels.states[now.state]}`);
  return parts.join('. ');
}

/** The text of a polite live region. Empty at first: where things stand when one comes is read from the list itself. */
export function useAnnouncement(operation: WatchedOperation, labels: ProgressLabels, nameOf: (step: string) => string): string {
  const [text, setText] = useState('');
  const told = useRef<Told | undefined>(undefined);
  const newest = useRef({ operation, labels, nameOf });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    newest.current = { operation, labels, nameOf };
  });
  useEffect(() => {
    if (operation.seq === 0) return;
    if (told.current === undefined) {
      told.current = toldOf(operation);
      return;
    }
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const { operation, labels, nameOf } = newest.current;
      const news = told.current ? newsOf(told.current, operation, labels, nameOf) : '';
      told.current = toldOf(operation);
      if (news) setText(news);
    }, gatherMs);
  }, [operation]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return text;
}

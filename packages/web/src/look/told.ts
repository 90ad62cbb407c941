// Tells how something ended that the reader asked for, also when the row, menu or dialog it was asked from is gone by then: callbacks given to
// `mutate` are lost with the component that gave them, the promise of `mutateAsync` is not.
import { useCallback, useEffect, useRef } from 'react';
import { useErrorText } from './error-text.ts';
import { noticeRefused } from './notices.ts';

/** Waits for `work`, then calls `onDone` with its answer, or tells why it was refused; never rejects. */
type Told = <Answer>(work: Promise<Answer>, onDone?: (answer: Answer) => void) => Promise<void>;

/** Refusals are told by a notice; `onDone` is called wherever the reader is by then. */
export function useTold(): Told {
  const textOf = useErrorText();
  return useCallback((work, onDone) => ended(work, onDone, (error) => noticeRefused(textOf(error))), [textOf]);
}

/** For a component that shows refusals itself: they are told by a notice only when it is gone, and `onDone` is called only while it is there. */
export function useToldWhenGone(): Told {
  const textOf = useErrorText();
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return useCallback(
    (work, onDone) =>
      ended(
        work,
        (answer) => isHere.current && onDone?.(answer),
        (error) => !isHere.current && noticeRefused(textOf(error)),
      ),
    [textOf],
  );
}

async function ended<Answer>(work: Promise<Answer>, onDone: ((answer: Answer) => unknown) | undefined, onRefused: (error: unknown) => unknown): Promise<void> {
  let answer: Answer;
  try {
    answer = await work;
  } catch (error) {
    onRefused(error);
    return;
  }
  onDone?.(answer);
}

// What failed tests printed, picked from the output of a run, to be shown once more where a reader looks first: at its end.

const linesMax = 120;
const failuresMax = 50;
/** Colours and other escapes of a terminal. */
const escapes = /\p{Cc}\[[\d;]*m/gu;

/**
 * Takes the output of `bun test` a chunk at a time. A test's own lines come before the line that says how it ended, as `(fail) title [12.00ms]`;
 * of a longer output the last lines are kept.
 */
export function collectFailures() {
  const failures = [];
  let file = '';
  let block = [];
  let rest = '';
  let isSummary = false;
  const line = (text) => {
    const plain = text.replace(escapes, '').trimEnd();
    // What follows names them a second time.
    isSummary ||= /^\d+ tests? failed:$/.test(plain);
    if (isSummary) return;
    if (/^\S+\.test\.tsx?:$/.test(plain)) {
      file = text;
      block = [];
    } else if (/^\((pass|skip|todo)\) /.test(plain)) {
      block = [];
    } else if (plain.startsWith('(fail) ')) {
      if (failures.length < failuresMax) failures.push([file, ...block.slice(-linesMax), text].join('\n'));
      block = [];
    } else if (/^ +\^ this test timed out/.test(plain) && failures.length > 0) {
      failures[failures.length - 1] += `\n${text}`;
    } else {
      block.push(text);
      if (block.length > 2 * linesMax) block = block.slice(-linesMax);
    }
  };
  return {
    take(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) line(text);
    },
    failures,
  };
}

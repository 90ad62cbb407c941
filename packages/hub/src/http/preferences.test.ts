import { expect, test } from 'bun:test';
import { preferencesOf } from './preferences.ts';

const rows: [string, string | null, boolean, number | undefined][] = [
  ['no header', null, false, undefined],
  ['an empty header', '', false, undefined],
  ['respond-async', 'respond-async', true, undefined],
  ['capitals', 'Respond-Async', true, undefined],
  ['a wait', 'wait=10', false, 10_000],
  ['a quoted wait', 'wait="10"', false, 10_000],
  ['spaces around it', ' wait = 10 ', false, 10_000],
  ['both', 'respond-async, wait=10', true, 10_000],
  ['parameters', 'respond-async; foo=bar, wait=3; x', true, 3000],
  ['no wait at all', 'wait=0', false, 0],
  ['a wait twice: the first', 'wait=1, wait=2', false, 1000],
  ['a wait that is no number', 'wait=soon', false, undefined],
  ['a negative wait', 'wait=-1', false, undefined],
  ['a wait beyond all bounds', 'wait=99999999999', false, undefined],
  ['other preferences', 'return=minimal, handling=lenient', false, undefined],
  ['a wait that comes after one that is not understood', 'wait=x, wait=2', false, 2000],
];

for (const [title, header, respondAsync, waitMs] of rows) {
  test(`reads ${title}`, () => {
    expect(preferencesOf(header)).toEqual({ respondAsync, waitMs });
  });
}

// Which keys do what.
import { expect, test } from 'bun:test';
import { createShortcutReader, type Shortcut } from './shortcuts.ts';

const none = { ctrlKey: false, metaKey: false, altKey: false };

/** What the last of `keys` does when they are pressed `gapMs` apart. */
function press(keys: readonly string[], gapMs = 100, held: Partial<typeof none> = {}): Shortcut | undefined {
  const read = createShortcutReader();
  return keys.map((key, index) => read({ ...none, ...held, key, timeStamp: index * gapMs })).at(-1);
}

test.each([
  [['?'], { kind: 'help' }],
  [['/'], { kind: 'search' }],
  [['g', 'f'], { kind: 'go', to: '/files' }],
  [['g', 'h'], { kind: 'go', to: '/' }],
  [['g', 'g', 'o'], { kind: 'go', to: '/operations' }],
  [['g', '?'], { kind: 'help' }],
] as const)('%p', (keys, expected) => {
  expect(press(keys)).toEqual(expected);
});

test.each([[['g']], [['f']], [['g', 'x', 'f']], [['g', 'f', 'f']], [['g', 'toString']], [['Enter']]])('%p does nothing', (keys) => {
  expect(press(keys)).toBeUndefined();
});

test('a g is forgotten after a while', () => {
  expect(press(['g', 'f'], 1500)).toMatchObject({ kind: 'go' });
  expect(press(['g', 'f'], 1501)).toBeUndefined();
});

test.each(['ctrlKey', 'metaKey', 'altKey'] as const)('keys with %s belong to the browser', (held) => {
  expect(press(['?'], 0, { [held]: true })).toBeUndefined();
});

import { expect, test } from 'bun:test';
import { hubUserId, readIn } from './read-in-language.ts';

const said: Parameters<typeof readIn>[2] = { message: 'El router no respondió en 60 s', code: 'router.timed_out', values: { seconds: 60 } };

test('what the hub says of its own work is in the language of the reader, without what it was made of', () => {
  expect(readIn('en', hubUserId, said)).toEqual({ message: 'The router did not answer in 60 s', code: 'router.timed_out' });
  expect(readIn('es', hubUserId, said)).toEqual({ message: 'El router no respondió en 60 s', code: 'router.timed_out' });
});

test.each([
  ['what a person asked for', 7, said],
  ['what has no code', hubUserId, { message: 'as a reporter says it' }],
  ['what says nothing', hubUserId, { code: 'step.stopped' }],
])('%s stays as it is', (_, userId, event) => {
  expect(readIn('en', userId, event)).toEqual(event);
});

test('a sentence that this hub does not know is told by its code', () => {
  expect(readIn('en', hubUserId, { message: 'de un agente más nuevo', code: 'router.of_tomorrow' }).message).toBe('router.of_tomorrow');
});

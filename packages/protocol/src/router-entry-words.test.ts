// What the things on a router are called: in the language of the reader, whoever found them.
import { expect, test } from 'bun:test';
import { entryLabel } from './router-entry-words.ts';

test.each([
  ['in English', { kind: 'ppp/secret', name: 'ana (pppoe)', label: 'PPP secret ana (pppoe)' }, 'en', 'PPP secret ana (pppoe)'],
  ['in Spanish', { kind: 'ppp/secret', name: 'ana (pppoe)', label: 'PPP secret ana (pppoe)' }, 'es', 'secreto PPP ana (pppoe)'],
  ['of Linux', { kind: 'conntrack', name: '10.0.0.6', label: 'flows of 10.0.0.6' }, 'es', 'flujos de 10.0.0.6'],
  ['of no name at all', { kind: 'queue/simple', name: '', label: 'queue ' }, 'es', 'cola '],
  ['found by an older agent, as that says it', { kind: 'queue/simple', label: 'queue ana' }, 'es', 'queue ana'],
  ['of a kind that only a newer agent knows, as that says it', { kind: 'ip/pool', name: 'x', label: 'pool x' }, 'es', 'pool x'],
  ['of a kind that every object has, as its agent says it', { kind: 'constructor', name: 'x', label: 'x' }, 'es', 'x'],
] as const)('an entry %s', (_, entry, language, expected) => {
  expect(entryLabel(entry, language)).toBe(expected);
});

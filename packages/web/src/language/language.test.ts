import { describe, expect, test } from 'bun:test';
import { errorCodes } from '@relevo/protocol';
import { Glob } from 'bun';
import en from './en.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };
import { chooseLanguage } from './language.ts';

type Texts = { [name: string]: string | Texts };

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([name, text]) => (typeof text === 'string' ? [[prefix + name, text] as const] : [...flatten(text, `${prefix}${name}.`)])),
  );
}

const english = flatten(en);
const spanish = flatten(es);
const root = new URL('..', import.meta.url).pathname;
const sources = (
  await Promise.all([...new Glob('**/*.{ts,tsx}').scanSync(root)].filter((path) => !path.includes('.test.')).map((path) => Bun.file(root + path).text()))
).join('\n');
const literal = new Set([...sources.matchAll(/\bt\(\s*'([^']+)'/g), ...sources.matchAll(/[?:]\s*'([a-z_]+\.[a-z_]+)'/g)].map((match) => match[1] ?? ''));
/** `t(`agents.status_${status}`)` uses every key that begins so. */
const openings = [...sources.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)].map((match) => match[1] ?? '');
const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '');

describe('the texts of the pages', () => {
  test('say in Spanish exactly what they say in English', () => {
    expect([...spanish.keys()]).toEqual([...english.keys()]);
  });

  test('take the same values in both languages', () => {
    const places = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
    for (const [key, text] of english) expect([key, ...places(spanish.get(key))]).toEqual([key, ...places(text)]);
  });

  test('have no empty one', () => {
    for (const [key, text] of [...english, ...spanish]) expect([key, text.trim()]).not.toEqual([key, '']);
  });

  test('are all used', () => {
    const unused = [...english.keys()].filter((key) => {
      const isLiteral = literal.has(key) || literal.has(withoutPlural(key));
      return !isLiteral && !openings.some((opening) => key.startsWith(opening));
    });
    expect(unused).toEqual([]);
  });

  test('are all there where they are used', () => {
    const known = new Set([...english.keys()].map(withoutPlural));
    const used = [...sources.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((key) => !known.has(key) && !english.has(key))).toEqual([]);
    for (const opening of openings) expect([...english.keys()].filter((key) => key.startsWith(opening))).not.toEqual([]);
  });

  test('have both forms where they count', () => {
    for (const key of english.keys()) if (key.endsWith('_one')) expect(english.has(key.replace(/_one$/, '_other'))).toBe(true);
  });

  test('name every refusal, in both languages, and none that does not exist', () => {
    const ours = ['unreachable', 'unexpected', 'retry_after_one', 'retry_after_other'];
    const expected = [...Object.keys(errorCodes), ...ours].sort();
    expect(Object.keys(en.errors).sort()).toEqual(expected);
    expect(Object.keys(es.errors).sort()).toEqual(expected);
  });
});

test.each([
  [['es-AR', 'en'], 'es'],
  [['EN-gb'], 'en'],
  [['de', 'es'], 'es'],
  [['de', 'fr'], 'en'],
  [[], 'en'],
  [['esperanto'], 'en'],
] as const)('%p is answered in %s', (wanted, language) => {
  expect(chooseLanguage(wanted)).toBe(language);
});

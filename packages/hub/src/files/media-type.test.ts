// What a file is: told from its bytes first.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellMediaType } from './media-type.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-types-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const tell = async (name: string, bytes: string | Uint8Array) => {
  const path = join(dir, 'bytes');
  await writeFile(path, bytes);
  return tellMediaType(path, name);
};
const png = Uint8Array.fromBase64('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=');

test.each([
  ['a picture that calls itself text', 'notes.txt', png, 'image/png'],
  ['a document', 'x', '%PDF-1.7\n', 'application/pdf'],
  ['a program that calls itself a picture', 'x.jpg', Uint8Array.of(0x4d, 0x5a, 0x90, 0), 'application/x-msdownload'],
  ['a Linux program', 'x', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...new Array(60).fill(0)]), 'application/x-elf'],
  ['text', 'notes.txt', 'hello', 'text/plain'],
  ['text in UTF-8', 'niño', 'mañana 🐦\n', 'text/plain'],
  ['a table', 'x.CSV', 'a,b\n1,2\n', 'text/csv'],
  ['data', 'x.json', '{"a":1}', 'application/json'],
  ['data in XML', 'x.xml', '<?xml version="1.0"?><a/>', 'application/xml'],
  ['a page that calls itself text', 'notes.txt', '\n<!doctype html><p>', 'text/html'],
  ['a page behind a comment', 'x.csv', '<!-- a --><!-- b --><HTML>', 'text/html'],
  ['a drawing that calls itself data', 'x.xml', '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
  ['text with a NUL', 'x.txt', 'a\0b', 'application/octet-stream'],
  ['bytes that are not UTF-8', 'x.txt', Uint8Array.of(0xc3, 0x28, 0xa0, 0x13), 'application/octet-stream'],
  ['an empty text', 'x.txt', '', 'text/plain'],
  ['nothing', 'x', '', 'application/octet-stream'],
])('tells %s', async (_, name, bytes, type) => {
  expect(await tell(name, bytes)).toBe(type);
});

test('takes a sample that ends within a character for text', async () => {
  expect(await tell('x.md', `x${'ñ'.repeat(40_000)}`)).toBe('text/markdown');
});

test('is quick with a page that only seems to begin', async () => {
  const began = performance.now();
  expect(await tell('x.txt', '<!-- a -->'.repeat(6500))).toBe('text/plain');
  expect(await tell('x.txt', '<!--'.repeat(16_000))).toBe('text/plain');
  expect(performance.now() - began).toBeLessThan(1000);
});

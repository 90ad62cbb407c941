// Names of files that come out of folders.
import { expect, test } from 'bun:test';
import { parseFileName } from '@relevo/protocol';
import { uploadName } from './upload-name.ts';

const long = 'ñ'.repeat(100);

test.each([
  ['beach.jpg', 'beach.jpg'],
  ['./beach.jpg', 'beach.jpg'],
  ['/beach.jpg', 'beach.jpg'],
  ['photos/2024/beach.jpg', 'photos - 2024 - beach.jpg'],
  ['/photos/2024/beach.jpg', 'photos - 2024 - beach.jpg'],
  ['./photos//2024/beach.jpg', 'photos - 2024 - beach.jpg'],
  [`${long}/${long}/beach.jpg`, `${long} - beach.jpg`],
  [`${long}${long}/beach.jpg`, 'beach.jpg'],
  ['', ''],
])('%p is called %p', (path, name) => {
  expect(uploadName(path)).toBe(name);
});

test('the hub takes a name made of folders', () => {
  expect(parseFileName(uploadName(`${long}/${long}/a/b/ c .txt`))).toMatchObject({ name: expect.any(String) });
});

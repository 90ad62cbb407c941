// What is shown of which file.
import { expect, test } from 'bun:test';
import { previewKind } from './preview-kind.ts';

test.each([
  ['image/png', 10, 'image'],
  ['image/png', 25_000_001, 'large'],
  ['image/svg+xml', 10, 'text'],
  ['image/tiff', 10, 'none'],
  ['text/html', 10, 'text'],
  ['text/plain', 10_000_000_000, 'text'],
  ['application/json', 10, 'text'],
  ['application/atom+xml', 10, 'text'],
  ['application/pdf', 10, 'pdf'],
  ['application/pdf', 50_000_001, 'large'],
  ['video/mp4', 10_000_000_000, 'video'],
  ['audio/ogg', 10, 'audio'],
  ['application/octet-stream', 10, 'none'],
  ['application/zip', 10, 'none'],
  ['text/plain', 0, 'none'],
  ['', 10, 'none'],
] as const)('%p of %d bytes: %p', (media_type, size, kind) => {
  expect(previewKind({ media_type, size })).toBe(kind);
});

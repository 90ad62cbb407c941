import { expect, test } from 'bun:test';
import { readEventStream } from './event-stream-reader.ts';

/** What is read of `pieces`, sent one by one. */
async function read(...pieces: (string | Uint8Array)[]): Promise<string[]> {
  const seen: string[] = [];
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
  await readEventStream(
    body,
    (data) => seen.push(data),
    () => {},
  );
  return seen;
}

const accented = new TextEncoder().encode('data: ñandú\n\n');

test.each([
  ['one event', ['id: 1\ndata: {"a":1}\n\n'], ['{"a":1}']],
  ['events in pieces', ['id: 1\nda', 'ta: one\n', '\ndata:two\n\n'], ['one', 'two']],
  ['lines of a proxy', ['data: one\r\n\r\ndata: two\r\n\r\n'], ['one', 'two']],
  ['an event of two lines', ['data: one\ndata: two\n\n'], ['one\ntwo']],
  ['a letter cut in two', [accented.slice(0, 7), accented.slice(7)], ['ñandú']],
  ['comments, other fields and empty lines', [': alive\n\nretry: 10\nevent: x\n\n\n'], []],
  ['an event that was cut off', ['data: one\n\ndata: two\n'], ['one']],
  ['nothing', [], []],
])('reads %s', async (_, pieces, expected) => {
  expect(await read(...pieces)).toEqual(expected);
});

test('tells every piece as a sign of life', async () => {
  let alive = 0;
  const body = new Response(': alive\n\n').body!;
  await readEventStream(
    body,
    () => {},
    () => alive++,
  );
  expect(alive).toBe(1);
});

test('refuses a line without end', () => {
  expect(read('x'.repeat(600_000), 'x'.repeat(600_000))).rejects.toBeInstanceOf(TypeError);
});

// Whatever is done to a file, its next version arrives byte for byte, and hardly more is sent than what was done.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import { cutByContent } from '../hub.fixture.ts';

setDefaultTimeout(testTimeoutMs);

/** The longest chunk that `cutByContent` cuts, and how many cuts it may take until they fall where they fell before. */
const chunkMaxBytes = 8192;
const chunksPerEdit = 6;

let bench: Bench;

beforeAll(async () => {
  bench = openBench();
  bench.hub.cut = cutByContent;
  await bench.start({ RECONNECT_DELAY_MIN_MS: '5' });
});

afterAll(() => bench.close());

type Edit = { kind: 'insert' | 'overwrite' | 'delete' | 'repeat'; at: number; bytes: Uint8Array };

function someBytes(lengthMax: number): fc.Arbitrary<Buffer<ArrayBuffer>> {
  return fc.record({ seed: fc.nat(), length: fc.nat(lengthMax) }).map(({ seed, length }) =>
    // SHAKE gives as many bytes as are wanted, but not none.
    Buffer.from(
      new Uint8Array(
        createHash('shake256', { outputLength: length + 1 })
          .update(String(seed))
          .digest()
          .subarray(0, length),
      ),
    ),
  );
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('insert', 'overwrite', 'delete', 'repeat'),
  /** Part of the file's length. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: someBytes(20_000),
});

function apply(file: Buffer<ArrayBuffer>, { kind, at, bytes }: Edit): Buffer<ArrayBuffer> {
  const start = Math.floor(at * file.length);
  const [head, tail] = [file.subarray(0, start), file.subarray(start)];
  if (kind === 'insert') return Buffer.concat([head, bytes, tail]);
  if (kind === 'delete') return Buffer.concat([head, tail.subarray(bytes.length)]);
  if (kind === 'repeat') return Buffer.concat([head, tail.subarray(0, bytes.length), tail]);
  return Buffer.concat([head, bytes, tail.subarray(bytes.length)]);
}

async function sentFor(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<number> {
  const { bytesServed } = bench.hub;
  const { status } = await bench.hub.end(bench.hub.deliver(bench.hub.addFile(bytes, name)));
  expect(status).toBe('completed');
  expect(readFileSync(join(bench.filesDir, name)).equals(bytes)).toBe(true);
  return bench.hub.bytesServed - bytesServed;
}

test('any edits of any file', async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(someBytes(1_000_000), fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), async (before, edits, isSameName) => {
      files += 1;
      await sentFor(new Uint8Array(before), `file ${files}`);
      const after = new Uint8Array(edits.reduce(apply, before));
      const written = edits.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const sent = await sentFor(after, `file ${files}${isSameName ? '' : ' again'}`);
      expect(sent).toBeLessThanOrEqual(Math.min(after.length, written + edits.length * chunksPerEdit * chunkMaxBytes));
    }),
    { numRuns: 60 },
  );
});

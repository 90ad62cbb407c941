// What is told while bytes are copied and fetched beside each other.
import { expect, test } from 'bun:test';
import { createChunkMap } from './chunk-map.ts';
import { createTransferMeasures } from './transfer-measures.ts';

const run = { first: 0, count: 1, start: 0, length: 100 };

/** A file of a hundred chunks of a hundred bytes, and a clock that is moved by hand. */
function transfer() {
  const clock = { at: 0 };
  const map = createChunkMap({
    sha256: 'f'.repeat(64),
    size: 10_000,
    chunks: Array.from({ length: 100 }, (_, index): [number, string] => [100, index.toString(16).padStart(64, '0')]),
  });
  const told = createTransferMeasures(map, 4000, 50, () => clock.at);
  let next = 0;
  return {
    told,
    after(ms: number, { copied = 0, fetched = 0 }) {
      clock.at += ms;
      for (let chunks = 0; chunks < copied; chunks += 1) {
        map.verify(next++);
        told.copied(100);
      }
      for (let chunks = 0; chunks < fetched; chunks += 1) {
        told.fetched(run, 100);
        told.verified(run, 100);
        map.verify(next++);
      }
    },
  };
}

test('what was copied counts as there, and the time left is that of what takes longer', () => {
  const { told, after } = transfer();
  after(1000, { copied: 50, fetched: 10 });
  // 40 chunks are left; if 30 of them are copied, 10 are fetched at 10 a second.
  expect(told.measures(3000, false)).toMatchObject({ progress: 60, bytes: 6000, total_bytes: 10_000, rate: 6000, eta_ms: 1000 });
  // If 39 are copied at 50 a second, that takes longer than fetching the last one.
  expect(told.measures(3900, false)).toMatchObject({ eta_ms: 780 });
});

test('as long as nothing was fetched, nobody knows how long fetching takes', () => {
  const { told, after } = transfer();
  after(1000, { copied: 50 });
  expect(told.measures(1000, false)).toMatchObject({ rate: 5000 });
  expect('eta_ms' in told.measures(1000, false)).toBe(false);
  expect(told.measures(5000, false)).toMatchObject({ eta_ms: 1000 });
});

test('the rate over the network is told apart from the rate of copying', () => {
  const { told, after } = transfer();
  after(1000, { copied: 50, fetched: 10 });
  expect(told.fetchRate()).toBe(1000);
});

test('a cut range does not let what is shown fall', () => {
  const { told, after } = transfer();
  after(1000, { copied: 10 });
  told.fetched(run, 60);
  expect(told.measures(0, false).bytes).toBe(1060);
  told.ended(run);
  expect(told.measures(0, false).bytes).toBe(1060);
});

test('what takes longer bounds it', () => {
  const { told, after } = transfer();
  after(1000, { copied: 50, fetched: 10 });
  const look = (bytesToCopy: number) => {
    told.measures(bytesToCopy, false);
    for (let looks = 0; looks < 80; looks += 1) told.lookAt({ ranges: ['network', 'network'], copying: 'disk', bytesToCopy });
    return told.measures(bytesToCopy, false).bound_by;
  };
  expect(look(1000)).toBe('network');
  expect(look(3900)).toBe('disk');
  expect(told.measures(0, true).bound_by).toBeUndefined();
});

test('copying alone is bound by the disk, fetching alone by the network', () => {
  const { told } = transfer();
  for (let looks = 0; looks < 80; looks += 1) told.lookAt({ ranges: [], copying: 'disk', bytesToCopy: 100 });
  expect(told.measures(100, false).bound_by).toBe('disk');
  for (let looks = 0; looks < 80; looks += 1) told.lookAt({ ranges: ['network'], copying: undefined, bytesToCopy: 0 });
  expect(told.measures(0, false).bound_by).toBe('network');
});

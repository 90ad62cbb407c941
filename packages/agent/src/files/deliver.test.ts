// Deliveries to a real agent from a hub that behaves, and from one that does not.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, openBench } from '../agent.fixture.ts';

let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
});

function random(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(bytes));
}

function leftovers(): string[] {
  return readdirSync(join(bench.filesDir, '.relevo-partial'));
}

test('a file arrives with the same bytes under its own name', async () => {
  await bench.start();
  const file = bench.hub.addFile(random(3_000_001), 'año — 写真.bin');
  const end = await bench.hub.end(bench.hub.deliver(file));
  expect([end.status, end.text.code]).toEqual(['completed', 'delivery.done']);
  expect(readFileSync(join(bench.filesDir, file.name)).equals(file.bytes)).toBe(true);
  expect(bench.hub.journal).toContainEqual(expect.objectContaining({ type: 'file_held', file: expect.objectContaining({ name: file.name, sha256: file.sha256, size: 3_000_001 }) }));
  expect(leftovers()).toEqual([]);
});

test('an empty file arrives', async () => {
  await bench.start();
  const file = bench.hub.addFile(random(0), 'empty');
  expect((await bench.hub.end(bench.hub.deliver(file))).text.code).toBe('delivery.done');
  expect(readFileSync(join(bench.filesDir, 'empty')).length).toBe(0);
});

// What every implementation of `Blobs` keeps to; each one's own test only says how to open it.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Blobs } from './blobs.ts';

export interface OpenedBlobs {
  blobs: Blobs;
  /** Names of everything that waits unseen. */
  waiting(): Promise<string[]>;
  /** As after a crash: a new process on the same place. */
  reopen(): Promise<Blobs>;
  close(): Promise<void>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytes = (text: string) => new TextEncoder().encode(text);

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: Error) => error.message,
  );

async function* parts(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

async function* cutAfter(text: string): AsyncGenerator<Uint8Array> {
  yield bytes(text);
  throw new Error('the sender went away');
}

async function all(blobs: Blobs): Promise<string[]> {
  const found: string[] = [];
  for await (const { prefix, sha256s } of blobs.groups()) {
    for (const one of sha256s) expect(one.slice(0, 2)).toBe(prefix);
    found.push(...sha256s);
  }
  return found;
}

export function blobsContract(name: string, openBlobs: () => Promise<OpenedBlobs>): void {
  describe(`${name} as blobs`, () => {
    let opened: OpenedBlobs;
    let blobs: Blobs;
    beforeEach(async () => {
      opened = await openBlobs();
      blobs = opened.blobs;
    });
    afterEach(() => opened.close());

    test('tells hash and size of what it received', async () => {
      const received = await blobs.receive(parts('one ', 'two ', 'three'));
      expect(received).toMatchObject({ size: 13, sha256: sha256(bytes('one two three')) });
    });

    test('shows received bytes only once they are kept', async () => {
      const received = await blobs.receive(parts('unseen'));
      expect(await blobs.has(received.sha256)).toBe(false);
      expect(await all(blobs)).toEqual([]);
      await blobs.keep(received);
      expect(await blobs.has(received.sha256)).toBe(true);
      expect(await readFile(blobs.path(received.sha256), 'utf8')).toBe('unseen');
      expect(await opened.waiting()).toEqual([]);
    });

    test('keeps an empty body', async () => {
      const received = await blobs.receive(parts());
      await blobs.keep(received);
      expect(received).toMatchObject({ size: 0, sha256: sha256(bytes('')) });
      expect(await readFile(blobs.path(received.sha256), 'utf8')).toBe('');
    });

    test('keeps the same bytes once, received twice at once', async () => {
      const [one, two] = await Promise.all([blobs.receive(parts('same')), blobs.receive(parts('sa', 'me'))]);
      await Promise.all([blobs.keep(one), blobs.keep(two)]);
      expect(await all(blobs)).toEqual([sha256(bytes('same'))]);
      expect(await readFile(blobs.path(one.sha256), 'utf8')).toBe('same');
      expect(await opened.waiting()).toEqual([]);
    });

    test('leaves nothing when the sender goes away', async () => {
      expect(await failureOf(blobs.receive(cutAfter('half')))).toContain('went away');
      expect(await opened.waiting()).toEqual([]);
    });

    test('leaves nothing when the size is refused, and asks before writing', async () => {
      const asked: number[] = [];
      const refuse = async (size: number) => {
        asked.push(size);
        if (size > 5) throw new Error('too large');
      };
      expect(await failureOf(blobs.receive(parts('12345', '6', '7'), refuse))).toContain('too large');
      expect(asked).toEqual([5, 6]);
      expect(await opened.waiting()).toEqual([]);
    });

    test('forgets what is discarded', async () => {
      const received = await blobs.receive(parts('unwanted'));
      expect(await opened.waiting()).toHaveLength(1);
      await blobs.discard(received);
      expect(await opened.waiting()).toEqual([]);
    });

    test('removes a blob, and does not mind one that is not there', async () => {
      const received = await blobs.receive(parts('gone'));
      await blobs.keep(received);
      await blobs.remove(received.sha256);
      await blobs.remove(received.sha256);
      expect(await blobs.has(received.sha256)).toBe(false);
      expect(await all(blobs)).toEqual([]);
    });

    test('forgets what was being received when the process died, and keeps what was kept', async () => {
      const kept = await blobs.receive(parts('kept'));
      await blobs.keep(kept);
      await blobs.receive(parts('never kept'));
      const again = await opened.reopen();
      expect(await opened.waiting()).toEqual([]);
      expect(await all(again)).toEqual([kept.sha256]);
    });
  });
}

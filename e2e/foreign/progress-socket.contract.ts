// What every server of the progress socket does with a client of bytes: guards before the upgrade, odd frames taken, forbidden ones
// answered with the right code, and nobody else disturbed.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { Scope } from '../harness/scope.ts';
import { frame, opcodes, RawClient, textFrame } from './raw-client.ts';
import { progressPath, type Target, type Visitor } from './targets.ts';

export function progressSocketContract(name: string, start: (scope: Scope) => Promise<Target>): void {
  const scope = new Scope();
  let target: Target;
  let id: string;
  const open = (visitor: Visitor = target.ana, path = progressPath(visitor), headers = {}) =>
    RawClient.open(target.url, path, { ...visitor.headers, ...headers }).then((client) => {
      scope.onEnd(() => client.end());
      return client;
    });

  describe(`${name}: the progress socket`, () => {
    beforeAll(async () => {
      target = await start(scope);
    });
    afterAll(() => scope.end());
    beforeEach(() => {
      id = `op-${crypto.randomUUID()}`;
    });

    describe('refuses before the upgrade', () => {
      const rows: [string, number, () => Promise<RawClient>][] = [
        ['no userId', 400, () => open(target.ana, '/ws/progress')],
        ['userId 0', 400, () => open(target.ana, '/ws/progress?userId=0')],
        ['a userId that begins as a number', 400, () => open(target.ana, '/ws/progress?userId=7abc')],
        ['nobody', 401, () => open({ userId: target.ana.userId, headers: {} })],
        ["another's userId", 403, () => open(target.ben, progressPath(target.ana))],
        ["another site's page", 403, () => open(target.ana, progressPath(target.ana), { origin: 'http://evil.example' })],
        ['an opaque origin', 403, () => open(target.ana, progressPath(target.ana), { origin: 'null' })],
      ];
      for (const [title, status, attempt] of rows) test(`${title} with ${status}`, () => expect(attempt()).rejects.toThrow(`HTTP/1.1 ${status} `));

      test('more connections than a user may have with 429, and has room again when one ends', async () => {
        const clients = await Promise.all(Array.from({ length: 20 }, () => open(target.ben)));
        await expect(open(target.ben)).rejects.toThrow('HTTP/1.1 429 ');
        const gone = clients[0]?.closed();
        clients[0]?.write(frame({ opcode: opcodes.close, payload: Buffer.from([0x03, 0xe8]) }));
        expect(await gone).toBe(1000);
        (await openSoon(target, target.ben)).end();
        for (const client of clients) client.end();
      });
    });

    describe('takes what RFC 6455 allows', () => {
      const message = () => ({ type: 'start_operation', operation_id: id });
      const text = () => Buffer.from(JSON.stringify(message()));
      const rows: [string, (client: RawClient) => void | Promise<void>][] = [
        ['one frame', (client) => client.write(textFrame(message()))],
        ['one byte a packet', (client) => client.writeByteByByte(textFrame(message()))],
        ['a length of 16 bits where 7 would do', (client) => client.write(frame({ opcode: opcodes.text, payload: text(), lengthBits: 16 }))],
        ['a length of 64 bits where 7 would do', (client) => client.write(frame({ opcode: opcodes.text, payload: text(), lengthBits: 64 }))],
        ['one fragment a byte, with empty ones between', (client) => client.write(...fragments(text(), 1))],
        [
          'pings and pongs between the fragments',
          (client) =>
            client.write(
              ...fragments(text(), 7).flatMap((part) => [frame({ opcode: opcodes.ping, payload: 'between' }), frame({ opcode: opcodes.pong }), part]),
            ),
        ],
        [
          'a character cut in half by fragments',
          (client) => {
            const bytes = Buffer.from(JSON.stringify({ ...message(), note: 'añadir €' }));
            client.write(...fragments(bytes, 1));
          },
        ],
      ];
      for (const [title, send] of rows) {
        test(title, async () => {
          const client = await open();
          await send(client);
          expect(await client.message(({ operation_id }) => operation_id === id)).toMatchObject({ type: 'operation', state: 'pending', seq: 1 });
          client.end();
        });
      }

      test('a ping is answered with its payload', async () => {
        const client = await open();
        client.write(frame({ opcode: opcodes.ping, payload: 'x'.repeat(125) }));
        expect(await client.pong()).toBe('x'.repeat(125));
        client.end();
      });
    });

    describe('closes for what is forbidden, and other watchers notice nothing', () => {
      const bytes = (...values: number[]) => Buffer.from(values);
      const rows: [string, number, Uint8Array[]][] = [
        ['a frame without a mask', 1002, [frame({ opcode: opcodes.text, payload: '{}', masked: false })]],
        ['the first reserved bit', 1002, [frame({ opcode: opcodes.text, payload: '{}', reserved: 4 })]],
        ['the last reserved bit', 1002, [frame({ opcode: opcodes.text, payload: '{}', reserved: 1 })]],
        ['a reserved data opcode', 1002, [frame({ opcode: 0x3, payload: '{}' })]],
        ['a reserved control opcode', 1002, [frame({ opcode: 0xb })]],
        ['a ping in fragments', 1002, [frame({ opcode: opcodes.ping, payload: 'x', fin: false })]],
        ['a ping of 126 bytes', 1002, [frame({ opcode: opcodes.ping, payload: 'x'.repeat(126) })]],
        ['a continuation of nothing', 1002, [frame({ opcode: opcodes.continuation, payload: 'x' })]],
        ['a new message within a fragmented one', 1002, [frame({ opcode: opcodes.text, payload: 'a', fin: false }), textFrame({})]],
        ['text that is not UTF-8', 1007, [frame({ opcode: opcodes.text, payload: bytes(0x22, 0xc3, 0x28, 0x22) })]],
        ['text with half a surrogate', 1007, [frame({ opcode: opcodes.text, payload: bytes(0xed, 0xa0, 0x80) })]],
        ['a message of 2 MiB', 1009, [frame({ opcode: opcodes.text, payload: Buffer.alloc(2 * 1024 ** 2, 0x20) })]],
        ['a message that claims a tebibyte', 1009, [frame({ opcode: opcodes.text, payload: 'x', claimedLength: 2 ** 40 })]],
        [
          'fragments that add up to 2 MiB',
          1009,
          Array.from({ length: 32 }, (_, index) =>
            frame({ opcode: index === 0 ? opcodes.text : opcodes.continuation, payload: Buffer.alloc(64 * 1024, 0x20), fin: false }),
          ),
        ],
        ['a message larger than a watcher may send', 4400, [frame({ opcode: opcodes.text, payload: ' '.repeat(17 * 1024) })]],
        ['a close of one byte', 1002, [frame({ opcode: opcodes.close, payload: 'x' })]],
        ['a close with a code that is never sent', 1002, [frame({ opcode: opcodes.close, payload: bytes(0x03, 0xed) })]],
        ['a close whose reason is not UTF-8', 1007, [frame({ opcode: opcodes.close, payload: bytes(0x03, 0xe8, 0xff) })]],
      ];
      test('each with its code', async () => {
        await target.begin(id);
        const watcher = await open();
        watcher.write(textFrame({ type: 'start_operation', operation_id: id }));
        await watcher.message(({ seq }) => seq === 1);
        const codes: [string, number][] = [];
        for (const [index, [title, , frames]] of rows.entries()) {
          const client = await open();
          client.write(textFrame({ type: 'start_operation', operation_id: id }));
          await client.message(({ seq }) => seq === 1);
          client.write(...frames);
          codes.push([title, await client.closed()]);
          await target.report(id, `step-${index}`, 'completed');
        }
        expect(codes).toEqual(rows.map(([title, code]) => [title, code]));
        await target.end(id);
        await watcher.message(({ state }) => state === 'completed');
        expect(watcher.texts().map(({ seq }) => seq)).toEqual(Array.from({ length: rows.length + 3 }, (_, index) => index + 1));
        watcher.end();
      });

      test('bytes where text belongs are refused, and the connection stays open', async () => {
        const client = await open();
        client.write(frame({ opcode: opcodes.binary, payload: '{}' }));
        expect(await client.message(({ type }) => type === 'error')).toMatchObject({ code: 'invalid_request' });
        client.write(textFrame({ type: 'start_operation', operation_id: id }));
        await client.message(({ seq }) => seq === 1);
        client.end();
      });

      test('too many bad messages with 4429', async () => {
        const client = await open();
        client.write(...Array.from({ length: 20 }, () => textFrame({ type: 'nonsense' })));
        expect(await client.closed()).toBe(4429);
      });
    });

    describe('shows', () => {
      test('what was missed from `after` on, and an ended operation to who comes late', async () => {
        await target.begin(id);
        await target.report(id, 'a', 'in_progress', 10);
        await target.report(id, 'a', 'completed');
        const client = await open();
        client.write(textFrame({ type: 'start_operation', operation_id: id, after: 2 }));
        await client.message(({ status }) => status === 'completed');
        expect(client.texts().map(({ seq }) => seq)).toEqual([3, 4]);
        await target.end(id);
        await client.message(({ state }) => state === 'completed');
        const late = await open();
        late.write(textFrame({ type: 'start_operation', operation_id: id }));
        await late.message(({ state }) => state === 'completed');
        expect(late.texts().at(-1)).toMatchObject({ seq: 5 });
        for (const each of [client, late]) each.end();
      });

      test("everything of a user to who watches all of it, and nothing of another's", async () => {
        const [hers, his] = [await open(), await open(target.ben)];
        for (const client of [hers, his])
          client.write(textFrame({ type: 'watch', scope: 'user' }), textFrame({ type: 'start_operation', operation_id: `${id}-own` }));
        await Promise.all([hers, his].map((client) => client.message(({ operation_id }) => operation_id === `${id}-own`)));
        await target.begin(id);
        await target.report(id, 'a', 'completed');
        await hers.message(({ operation_id, status }) => operation_id === id && status === 'completed');
        his.write(textFrame({ type: 'stop_operation', operation_id: id }));
        expect(await his.message(({ type }) => type === 'error')).toMatchObject({ code: 'not_found', operation_id: id });
        expect(his.texts().filter(({ operation_id, type }) => operation_id === id && type !== 'error')).toEqual([]);
        for (const each of [hers, his]) each.end();
      });

      test('a stop, with the outcome of the steps', async () => {
        await target.begin(id);
        await target.report(id, 'a', 'in_progress', 10);
        const client = await open();
        client.write(textFrame({ type: 'start_operation', operation_id: id }), textFrame({ type: 'stop_operation', operation_id: id }));
        await client.message(({ state }) => state === 'stopped');
        expect(client.texts().at(-2)).toMatchObject({ step: 'a', status: 'error', progress: 0, message: 'Stopped' });
        client.end();
      });
    });

    test('a reader that does not read is closed, and others get every event meanwhile', async () => {
      await target.begin(id);
      const [slow, quick] = [await open(), await open()];
      for (const client of [slow, quick]) {
        client.write(textFrame({ type: 'start_operation', operation_id: id }));
        await client.message(({ seq }) => seq === 1);
      }
      slow.pause();
      const gone = slow.cutOff();
      let isGone = false;
      void gone.then(() => {
        isGone = true;
      });
      while (!isGone) await target.flood(id);
      await target.report(id, 'last', 'completed');
      await quick.message(({ step }) => step === 'last');
      const numbers = quick.texts().map(({ seq }) => seq);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      for (const each of [slow, quick]) each.end();
    }, 120_000);

    test('sends everybody away with 1001 when it stops', async () => {
      const client = await open();
      const [code, exit] = await Promise.all([client.closed(), target.stop()]);
      expect([code, exit]).toEqual([1001, 0]);
    });
  });
}

/** A place that was given back is free a moment after the connection ended. */
async function openSoon(target: Target, visitor: Visitor): Promise<RawClient> {
  for (;;) {
    const client = await RawClient.open(target.url, progressPath(visitor), visitor.headers).catch((error: Error) => error);
    if (client instanceof RawClient) return client;
    if (!client.message.includes(' 429 ')) throw client;
  }
}

/** A text message in parts of `size` bytes, an empty one after each. */
function fragments(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    parts.push(frame({ opcode: at === 0 ? opcodes.text : opcodes.continuation, payload: bytes.subarray(at, at + size), fin: false }));
    parts.push(frame({ opcode: opcodes.continuation, fin: false }));
  }
  return [...parts, frame({ opcode: opcodes.continuation })];
}

import { expect, test } from 'bun:test';
import { LiveBlock } from './live-block.ts';

function screen(isTTY: boolean) {
  const written: string[] = [];
  const out = { isTTY, columns: 20, rows: 4, write: (text: string) => written.push(text) };
  return { written, out: out as unknown as NodeJS.WriteStream };
}

test('is drawn over itself, cut to the width and height of the screen', () => {
  const { written, out } = screen(true);
  const block = new LiveBlock(out);
  block.draw(() => ['first', 'a line that is far too long for it']);
  block.draw(() => ['one', 'two', 'three', 'four', 'five']);
  block.finish();
  expect(written).toEqual(['\r\u001b[Jfirst\na line that is far…\n', '\u001b[2A\r\u001b[Jone\ntwo\n… +3\n']);
});

test('keeps what was drawn last when it is finished, and starts below it', () => {
  const { written, out } = screen(true);
  const block = new LiveBlock(out);
  block.draw(() => ['done']);
  block.finish();
  block.draw(() => ['next']);
  block.finish();
  expect(written.at(-1)).toBe('\r\u001b[Jnext\n');
});

test('is not drawn where there is no terminal', () => {
  const { written, out } = screen(false);
  const block = new LiveBlock(out);
  block.draw(() => ['first']);
  block.finish();
  expect(written).toEqual([]);
});

// The watching half on the machine's own Node, through the built package.
import { afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { ScriptedHub } from './scripted-hub.fixture.ts';

// A build on a busy machine.
setDefaultTimeout(120_000);

const folder = import.meta.dir;
let hub: ScriptedHub;

beforeAll(async () => {
  const build = Bun.spawn(['node', join(folder, '../../build.mjs')], { stdout: 'inherit', stderr: 'inherit' });
  expect(await build.exited).toBe(0);
});
beforeEach(() => {
  hub = new ScriptedHub();
});
afterEach(() => hub.stop());

test.each(['socket', 'events'] as const)('Node watches over %s, through cuts, and misses and repeats nothing', async (via) => {
  hub.refusesHandshakes = via === 'events';
  hub.state('a', 'in_progress');
  const node = Bun.spawn(['node', join(folder, 'node-watcher.fixture.mjs'), hub.base], { stdout: 'pipe', stderr: 'inherit' });
  const lines: string[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of node.stdout) {
    rest += decoder.decode(bytes, { stream: true });
    const whole = rest.split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) {
      lines.push(line);
      if (!/^\d+$/.test(line)) continue;
      // Each event that is seen is followed by another, then a cut; the fifth by the end.
      if (Number(line) < 10 && Number(line) % 2 === 1) {
        hub.step('a', 'one', 'in_progress', Number(line));
        via === 'socket' ? hub.cut() : hub.events.cut();
        hub.step('a', 'one', 'in_progress', Number(line));
      }
      if (line === '11') hub.state('a', 'completed');
    }
  }
  expect(await node.exited).toBe(0);
  expect(lines.filter((line) => /^\d+$/.test(line)).map(Number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(new Set(lines.filter((line) => /^\D/.test(line)))).toEqual(new Set([via]));
});

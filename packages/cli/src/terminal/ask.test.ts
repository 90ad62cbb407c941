import { expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

/** Runs the program on a terminal of its own, answering each question when it is asked. */
async function converse(answers: readonly (readonly [question: string, answer: string])[]) {
  let screen = '';
  const left = [...answers];
  const decoder = new TextDecoder();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'ask.fixture.ts')], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    terminal: {
      cols: 80,
      rows: 24,
      data(terminal, data) {
        screen += decoder.decode(data, { stream: true });
        const [next] = left;
        if (!next || !screen.includes(next[0])) return;
        left.shift();
        terminal.write(next[1]);
      },
    },
  });
  const exitCode = await child.exited;
  child.terminal?.close();
  return { screen, exitCode };
}

test('a secret is heard but never seen', async () => {
  const { screen, exitCode } = await converse([
    ['Name: ', 'ana\r'],
    ['Secret: ', 'pässword 1\r'],
  ]);
  expect(screen).toContain('heard {"name":"ana","length":10}');
  expect(screen).not.toContain('pässword');
  expect(exitCode).toBe(0);
});

test('Ctrl-C at a question ends it', async () => {
  const { screen } = await converse([
    ['Name: ', 'ana\r'],
    ['Secret: ', '\u0003'],
  ]);
  expect(screen).toContain('Interrupted');
  expect(screen).not.toContain('heard');
});

test('without a terminal there is no question, and no hanging', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'ask.fixture.ts')], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  expect(await new Response(child.stderr).text()).toContain('--name');
  expect(await child.exited).not.toBe(0);
});

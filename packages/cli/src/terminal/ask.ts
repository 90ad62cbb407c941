// Questions on the terminal. Without one, what was not given on the command line is an error, never a hang.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { say } from './language.ts';

/** Asks for a line. `option` is named when there is nobody to ask. */
export function ask(question: string, option: string): Promise<string> {
  return readLine(question, option, process.stderr);
}

/** Asks for a line that is not shown while it is typed. */
export async function askSecret(question: string, option: string): Promise<string> {
  const line = await readLine(question, option, new Writable({ write: (_chunk, _encoding, done) => done() }));
  process.stderr.write('\n');
  return line;
}

/** What is typed is echoed to `echo`. */
async function readLine(question: string, option: string, echo: NodeJS.WritableStream): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandError(say(`${option} is needed: there is no terminal to ask on`, `Falta ${option}: no hay terminal donde preguntar`), exitCodes.usage);
  }
  const terminal = createInterface({ input: process.stdin, output: echo, terminal: true });
  const interrupted = new Promise<never>((_, reject) => {
    const stop = () => reject(new CommandError(say('Interrupted', 'Interrumpido'), exitCodes.interrupted));
    terminal.once('SIGINT', stop);
    terminal.once('close', stop);
  });
  try {
    // By now the terminal itself has stopped echoing: nothing typed after the question can be seen.
    if (echo !== process.stderr) process.stderr.write(question);
    return await Promise.race([terminal.question(echo === process.stderr ? question : ''), interrupted]);
  } finally {
    terminal.close();
  }
}

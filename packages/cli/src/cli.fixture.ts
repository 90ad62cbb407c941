// Runs the CLI as a person does: as processes, in a folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const launcher = join(import.meta.dir, '..', 'bin', 'relevo.mjs');

export interface Result {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Running {
  process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
  /** Resolves with everything it has written to standard output, once that holds `text`. */
  says(text: string, times?: number): Promise<string>;
}

export interface Folder {
  path: string;
  relevo(args: readonly string[], env?: Record<string, string>): Promise<Result>;
  start(args: readonly string[], env?: Record<string, string>): Running;
  /** Ends what still runs, and the folder. */
  remove(): Promise<void>;
}

export async function folder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'relevo-cli-'));
  const running = new Set<Bun.Subprocess>();
  // Nothing of the environment that runs the tests decides what these processes do.
  const base = { PATH: process.env.PATH ?? '', HOME: path, XDG_CONFIG_HOME: join(path, 'config'), LC_ALL: 'C.UTF-8' };
  const spawn = (args: readonly string[], env: Record<string, string> = {}) => {
    const child = Bun.spawn(['node', launcher, ...args], { cwd: path, env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    void child.exited.then(() => running.delete(child));
    return child;
  };
  return {
    path,
    async relevo(args, env) {
      const child = spawn(args, env);
      const [stdout, stderr, exitCode] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
      return { stdout, stderr, exitCode };
    },
    start(args, env) {
      const child = spawn(args, env);
      let written = '';
      const waiting = new Set<() => void>();
      void (async () => {
        for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
          written += chunk;
          for (const look of waiting) look();
        }
        for (const look of waiting) look();
      })();
      void (async () => {
        for await (const _ of child.stderr);
      })();
      return {
        process: child,
        says(text, times = 1) {
          return new Promise((resolve, reject) => {
            const look = () => {
              if (written.split(text).length > times) resolve(written);
              else if (child.exitCode !== null) reject(new Error(`it ended without saying ${text}: ${written}`));
              else return;
              waiting.delete(look);
            };
            waiting.add(look);
            void child.exited.then(look);
            look();
          });
        },
      };
    },
    async remove() {
      for (const child of running) child.kill('SIGTERM');
      await Promise.all([...running].map((child) => child.exited));
      await rm(path, { recursive: true, force: true });
    },
  };
}

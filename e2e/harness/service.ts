// One real process of the product (hub, agent): started, waited for, killed, started again with the same folder and port.
import type { Subprocess } from 'bun';
import { cleanEnv, relevoCommand } from './command.ts';
import type { Scope } from './scope.ts';
import { until } from './until.ts';

export interface LogLine {
  event?: string;
  url?: string;
  msg?: string;
  [member: string]: unknown;
}

export interface Service {
  /** As the ready line said; the same after every restart. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Lines logged since the first start. */
  readonly logs: readonly LogLine[];
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code once all that it logged is there. */
  stop(): Promise<number>;
  /** Starts it again; resolves when it is ready. `env` replaces settings from now on. */
  start(env?: Record<string, string>): Promise<void>;
}

/** Runs `relevo <command>`; `portSetting` is pinned to the port the system picked at first. Ends with the scope. */
export async function runService(scope: Scope, command: string, portSetting: string, env: Record<string, string>, cwd: string): Promise<Service> {
  const logs: LogLine[] = [];
  let settings = { LOG_FORMAT: 'json', [portSetting]: '0', ...env };
  let child: Subprocess<'ignore', 'pipe', 'pipe'> | undefined;
  let logged = Promise.resolve();
  let url = '';

  async function start(changed: Record<string, string> = {}): Promise<void> {
    settings = { ...settings, ...changed };
    const started = Bun.spawn(relevoCommand(command), { cwd, env: cleanEnv(settings), stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
    child = started;
    const errors = new Response(started.stderr).text();
    const from = logs.length;
    logged = readLines(started.stdout, logs);
    const ready = await until(
      `${command} ready`,
      () => {
        const line = logs.slice(from).find(({ event }) => event === 'ready');
        return line ?? (started.exitCode !== null || started.signalCode !== null ? 'gone' : undefined);
      },
      { timeoutMs: 60_000, everyMs: 5 },
    ).catch((error: unknown) => error as Error);
    if (ready === 'gone' && started.signalCode === 'SIGKILL') throw new Error(`${command} was killed while it started`);
    if (ready === 'gone' || ready instanceof Error) {
      started.kill('SIGKILL');
      throw new Error(
        `${command} did not start: ${await errors}\n${logs
          .slice(from)
          .map((line) => JSON.stringify(line))
          .join('\n')}`,
      );
    }
    url = ready.url ?? '';
    settings = { ...settings, [portSetting]: new URL(url).port };
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    if (!child) return 0;
    child.kill(signal);
    return child.exited;
  }

  scope.onEnd(async () => {
    await end('SIGKILL');
  });
  await start();
  return {
    get url() {
      return url;
    },
    get port() {
      return Number(new URL(url).port);
    },
    get pid() {
      return child?.pid ?? 0;
    },
    logs,
    start,
    async kill() {
      await end('SIGKILL');
    },
    async stop() {
      const code = await end('SIGTERM');
      await logged;
      return code;
    },
  };
}

async function readLines(stream: ReadableStream<Uint8Array>, into: LogLine[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) into.push(parseLine(line));
  }
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}

// `relevo up` as a newcomer starts it: a hub and an agent that find each other, and the first sign-in printed once.
import { cleanEnv, relevoCommand } from './command.ts';
import type { Scope } from './scope.ts';
import { until } from './until.ts';

export interface Up {
  hubUrl: string;
  agentUrl: string;
  email: string;
  password: string;
  /** Ctrl-C; resolves to the exit code. */
  interrupt(): Promise<number>;
}

/** `env` beside free ports. */
export async function runUp(scope: Scope, env: Record<string, string> = {}): Promise<Up> {
  const folder = await scope.folder();
  const child = Bun.spawn(relevoCommand('up'), {
    cwd: folder,
    env: cleanEnv({ HUB_PORT: '0', AGENT_PORT: '0', HUB_HOST: '127.0.0.1', ...env }),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const interrupt = async () => {
    child.kill('SIGINT');
    return child.exited;
  };
  scope.onEnd(async () => {
    await interrupt();
  });
  let shown = '';
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) shown += decoder.decode(bytes, { stream: true });
  };
  void read(child.stdout);
  void read(child.stderr);
  const value = (name: string) => new RegExp(`^ +${name} +(\\S+)$`, 'm').exec(shown)?.[1];
  await until('the banner of relevo up', () => value('Password') !== undefined && /Ctrl-C stops both/.test(shown), { timeoutMs: 30_000 }).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${shown}`);
    },
  );
  return { hubUrl: value('Hub') ?? '', agentUrl: value('Agent') ?? '', email: value('E-mail') ?? '', password: value('Password') ?? '', interrupt };
}

// Keeps one child process running: starts it again when it dies, stops it when told to.
import { backoffDelay } from '@relevo/protocol';
import type { ServiceNews } from '@relevo/runtime';

export interface SupervisorOptions {
  /** The command line. */
  command: readonly string[];
  /** Asked before every start. */
  env: () => Record<string, string | undefined>;
  onNews: (news: ServiceNews) => void;
  /** It died and is started again after `delayMs`. */
  onDeath?: (death: { reason: string; delayMs: number }) => void;
  /** Bounds of the wait before a start, milliseconds. */
  delayMinMs?: number;
  delayMaxMs?: number;
  /** After this long the next death counts as the first, milliseconds. */
  stableAfterMs?: number;
  /** How long a stop may take before it is forced, milliseconds. */
  stopTimeoutMs?: number;
  /** Exit codes after which a new start would end the same way. */
  hopeless?: readonly number[];
}

const defaults = { delayMinMs: 100, delayMaxMs: 10_000, stableAfterMs: 10_000, stopTimeoutMs: 12_000, hopeless: [2] as readonly number[] };

export class Supervisor {
  readonly #options: SupervisorOptions & typeof defaults;
  readonly #gaveUp = Promise.withResolvers<number>();
  #child: Bun.Subprocess | undefined;
  #restart: ReturnType<typeof setTimeout> | undefined;
  #startedAt = 0;
  #deaths = 0;
  #wasReady = false;
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** Resolves with the exit code when the child cannot be kept running: a wrong setting, or a first start that failed. */
  get gaveUp(): Promise<number> {
    return this.#gaveUp.promise;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { command, env, onNews } = this.#options;
    this.#startedAt = performance.now();
    const child = Bun.spawn([...command], {
      env: env(),
      stdio: ['ignore', 'inherit', 'inherit'],
      ipc: (message: ServiceNews) => {
        if (message.event === 'ready') this.#wasReady = true;
        onNews(message);
      },
      // A process group of its own: the terminal's Ctrl-C comes to us, and we tell the child once.
      detached: true,
    });
    this.#child = child;
    void child.exited.then(() => this.#died(child));
  }

  /** Ends the child and waits until it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    child.kill('SIGTERM');
    const force = setTimeout(() => this.force(), this.#options.stopTimeoutMs);
    await child.exited;
    clearTimeout(force);
  }

  /** Ends the child now. */
  force(): void {
    this.#child?.kill('SIGKILL');
  }

  #died(child: Bun.Subprocess): void {
    if (this.#isStopping) return;
    const { hopeless, stableAfterMs, onDeath } = this.#options;
    const code = child.exitCode;
    // What fails before it could ever serve (a port that is taken) fails again; what a signal ended does not.
    if (code !== null && (hopeless.includes(code) || (code !== 0 && !this.#wasReady))) return this.#gaveUp.resolve(code);
    if (performance.now() - this.#startedAt >= stableAfterMs) this.#deaths = 0;
    const delayMs = backoffDelay(this.#deaths, this.#options);
    this.#deaths += 1;
    onDeath?.({ reason: String(child.signalCode ?? `exit ${code}`), delayMs });
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}

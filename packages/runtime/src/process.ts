// The life of a long-running process: start, say so, drain on a signal, exit with a meaning.
import type { Log } from './log.ts';
import { SettingsError } from './settings.ts';
import { CannotStart } from './start-failures.ts';

export interface RunningService {
  /** Where people and programs find it. */
  url: string;
  /** Finishes or hands back what is under way; resolves when the process may end. */
  stop(): Promise<void>;
}

/** Exit codes: 0 after a clean stop, 1 when something failed, 2 when a setting is wrong. */
const exitCodes = { stopped: 0, failed: 1, settings: 2 } as const;

/** A drain that takes longer than this is cut off, milliseconds. */
const drainTimeoutMs = 9_000;

/** Starts a service and runs it until SIGINT or SIGTERM. Logs `event: "ready"` with url and pid when it can serve. */
export async function runService(start: () => Promise<{ service: RunningService; log: Log }>): Promise<never> {
  const started = await start().catch((error: unknown) => {
    process.stderr.write(`${error instanceof SettingsError ? error.message : startFailure(error)}\n`);
    process.exit(error instanceof SettingsError ? exitCodes.settings : exitCodes.failed);
  });
  const { service, log } = started;
  log.info({ event: 'ready', url: service.url, pid: process.pid }, `ready at ${service.url}`);
  tellSupervisor({ event: 'ready', url: service.url });
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    // Kept to the end: npm passes on the Ctrl-C that the terminal has sent us already, and the echo must not cut the drain short.
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
  });
  log.info({ event: 'draining', signal }, 'stopping');
  const cutOff = setTimeout(() => {
    log.error({ event: 'drain_timeout' }, 'the drain took too long');
    process.exit(exitCodes.failed);
  }, drainTimeoutMs);
  await service.stop();
  clearTimeout(cutOff);
  log.info({ event: 'stopped' }, 'stopped');
  process.exit(exitCodes.stopped);
}

/** What a service tells the process that started it (`relevo up`), when there is one. */
export type ServiceNews = { event: 'ready'; url: string } | { event: 'first_admin'; email: string; password: string };

/** False when nobody listens: the process was not started by a supervisor. */
export function tellSupervisor(news: ServiceNews): boolean {
  if (!process.send || !process.connected) return false;
  process.send(news);
  return true;
}

function startFailure(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

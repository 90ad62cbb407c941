// relevo up: a hub and an agent as two child processes that are started again when they die.
import type { ServiceNews } from '@relevo/runtime';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { say } from '../terminal/language.ts';
import { banner } from './banner.ts';
import { localToken } from './local-token.ts';
import { ownCommand } from './own-command.ts';
import { Supervisor } from './supervisor.ts';

/** How long the banner waits for the agent once the hub is ready, milliseconds. */
const agentWaitMs = 5000;
/** A second signal within this time is the echo of the first, milliseconds. */
const echoMs = 1000;
const defaultAgentDataDir = './data/agent';
const defaultHubPort = 8000;

/** Runs until SIGINT, SIGTERM or SIGHUP, or until one of the two cannot be kept running. Answers the exit code. */
export async function up(env: Record<string, string | undefined> = process.env): Promise<number> {
  const token = keptToken(env.AGENT_DATA_DIR || defaultAgentDataDir);
  const shared = { ...env, LOG_FORMAT: env.LOG_FORMAT || (process.stdout.isTTY ? 'pretty' : undefined) };
  let hubUrl: string | undefined;
  let firstAdmin: { email: string; password: string } | undefined;
  const agentReady = Promise.withResolvers<void>();
  const hubReady = Promise.withResolvers<void>();

  const hub = new Supervisor({
    command: ownCommand('hub'),
    // A port that the system picked the first time stays: the agent and people know it by now.
    env: () => ({ ...shared, LOCAL_AGENT_TOKEN: token, ...(env.HUB_PORT === '0' && hubUrl !== undefined && { HUB_PORT: portOf(hubUrl) }) }),
    onNews: (news) => {
      if (news.event === 'first_admin') {
        firstAdmin = news;
        return;
      }
      hubUrl = news.url;
      hubReady.resolve();
    },
    onDeath: tellDeath('hub'),
  });
  let agentUrl: string | undefined;
  const agent = new Supervisor({
    command: ownCommand('agent'),
    env: () => ({
      ...shared,
      API_KEY: token,
      SERVER_URL: env.SERVER_URL || localHubUrl(env, hubUrl ?? ''),
      ...(env.AGENT_PORT === '0' && agentUrl !== undefined && { AGENT_PORT: portOf(agentUrl) }),
    }),
    onNews: (news: ServiceNews) => {
      if (news.event !== 'ready') return;
      agentUrl = news.url;
      agentReady.resolve();
    },
    onDeath: tellDeath('agent'),
  });

  const stopAsked = Promise.withResolvers<number>();
  let stopAskedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Somebody who asks again later does not want to wait. At once, it is npm passing on the Ctrl-C that the terminal has sent us already.
      if (stopAskedAt !== undefined && performance.now() - stopAskedAt > echoMs) for (const child of [agent, hub]) child.force();
      stopAskedAt ??= performance.now();
      stopAsked.resolve(exitCodes.done);
    });
  }
  const over = Promise.race([stopAsked.promise, hub.gaveUp, agent.gaveUp]);

  hub.start();
  const isHubReady = await Promise.race([hubReady.promise.then(() => true), over.then(() => false)]);
  if (isHubReady) {
    agent.start();
    await Promise.race([agentReady.promise, over, Bun.sleep(agentWaitMs)]);
  }
  if (hubUrl !== undefined) process.stdout.write(banner({ hubUrl, agentUrl, firstAdmin }));
  const exitCode = await over;
  await Promise.all([agent.stop(), hub.stop()]);
  return exitCode;
}

function keptToken(agentDataDir: string): string {
  try {
    return localToken(agentDataDir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `AGENT_DATA_DIR=${JSON.stringify(agentDataDir)} is not allowed: it must be a folder that can be written to (${reason})`,
      exitCodes.usage,
    );
  }
}

/** Where the agent beside the hub finds it: not round by the proxy of PUBLIC_URL, unless a certificate must fit its name. */
export function localHubUrl(env: Record<string, string | undefined>, hubUrl: string): string {
  if (!env.PUBLIC_URL || env.TLS_CERT) return hubUrl;
  const isAnyAddress = !env.HUB_HOST || env.HUB_HOST === '0.0.0.0' || env.HUB_HOST === '::';
  const host = isAnyAddress ? 'localhost' : env.HUB_HOST;
  return `http://${host?.includes(':') ? `[${host}]` : host}:${env.HUB_PORT || defaultHubPort}`;
}

function tellDeath(name: string) {
  return ({ reason, delayMs }: { reason: string; delayMs: number }) => {
    process.stderr.write(
      say(`the ${name} ended (${reason}); starting it again in ${delayMs} ms\n`, `el ${name} terminó (${reason}); se inicia de nuevo en ${delayMs} ms\n`),
    );
  };
}

function portOf(url: string): string {
  const { port, protocol } = new URL(url);
  return port || (protocol === 'https:' ? '443' : '80');
}

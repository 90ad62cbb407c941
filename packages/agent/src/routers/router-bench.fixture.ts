// An agent, a hub and a router for the tests of tasks on routers: what the contract asks of each kind of router, and how tasks are given.
import { expect } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RoutedConnection, type RouterCredentials, type RouterEntry, type RouterTarget, routerEntriesResultSchema, seal } from '@relevo/protocol';
import { type Bench, openBench, quick } from '../agent.fixture.ts';

/** A router of one kind, real or played, with one customer's connection and a neighbour's on it. */
export interface RouterBench {
  target: Omit<RouterTarget, 'sealed_credentials'>;
  credentials: RouterCredentials;
  connection: RoutedConnection;
  neighbour: RoutedConnection;
  /** The kinds of entries that a removal tells, in its order. */
  kinds: string[];
  /** What of customers stands on the router, asked there, sorted. */
  held(): Promise<string[]>;
  /** True when the customer's traffic passes: asked of the router, or tried. */
  letsIn(): Promise<boolean>;
  /** `hook` is waited for before each change of the router, counted from 0. */
  beforeChange(hook: (index: number) => void | Promise<void>): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** From now on it shows another key. */
  changeKey(): Promise<void>;
  /** From now on it takes connections and says nothing. */
  fallSilent(): Promise<void>;
  /** Makes one of the connection's entries another connection's as well. */
  share(): Promise<void>;
  /** Adds a customer whom no record knows. */
  addStranger(): Promise<void>;
  close(): Promise<void>;
}

/** Bounds that let a test of a silent router end. */
export const impatient: Record<string, string> = {
  ROUTER_CONNECT_TIMEOUT_MS: '5000',
  ROUTER_RETRY_DELAY_MIN_MS: '20',
  ROUTER_RETRY_DELAY_MAX_MS: '100',
};

/** Gives tasks on one router to one agent. */
export interface TaskBench {
  agent: Bench;
  start(env?: Record<string, string>): Promise<void>;
  /** The agent as a process of its own, which may be killed. Its log is kept. */
  spawn(env?: Record<string, string>): Bun.Subprocess;
  /** Gives a task; `change` alters the router or the credentials that go with it. */
  give(kind: string, members?: Record<string, unknown>, change?: { target?: Partial<RouterTarget>; credentials?: Partial<RouterCredentials> }): Promise<string>;
  entries(taskId: string): Promise<RouterEntry[]>;
  /** Everything that the agent wrote: its database and its log. */
  written(): Promise<string>;
  close(): Promise<void>;
}

export function openTaskBench(router: RouterBench): TaskBench {
  const agent = openBench();
  const processes: { process: Bun.Subprocess; log: Promise<string> }[] = [];
  const { hub } = agent;

  async function give(kind: string, members: Record<string, unknown> = {}, change: Parameters<TaskBench['give']>[2] = {}): Promise<string> {
    await hub.until(() => hub.messages.some((message) => message.type === 'hello'), 'the agent says hello');
    const hello = hub.messages.findLast((message) => message.type === 'hello');
    const credentials = JSON.stringify({ ...router.credentials, ...change.credentials });
    const target = { ...router.target, sealed_credentials: await seal(credentials, hello?.sealing_key ?? ''), ...change.target };
    return hub.give({ kind, router: target, ...members });
  }

  return {
    agent,
    async start(env = {}) {
      await agent.start({ ...impatient, ...env });
    },
    spawn(env = {}) {
      const process = Bun.spawn([globalThis.process.execPath, join(import.meta.dir, '../agent-process.fixture.ts')], {
        env: { ...globalThis.process.env, ...quick, ...impatient, SERVER_URL: hub.url, AGENT_DATA_DIR: agent.dataDir, LOG_LEVEL: 'trace', ...env },
        stdout: 'pipe',
        stderr: 'inherit',
      });
      processes.push({ process, log: new Response(process.stdout).text() });
      return process;
    },
    give,
    async entries(taskId) {
      const end = await hub.end(taskId);
      expect([end.status, end.text]).toEqual(['completed', end.text]);
      return routerEntriesResultSchema.parse(end.result).entries;
    },
    async written() {
      for (const { process } of processes) process.kill('SIGKILL');
      const logs = await Promise.all(processes.map(({ log }) => log));
      const files = readdirSync(agent.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      return [...logs, ...files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))].join('\n');
    },
    async close() {
      for (const { process } of processes) {
        process.kill('SIGKILL');
        await process.exited;
      }
      await agent.close();
    },
  };
}

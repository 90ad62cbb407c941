// An agent of its own folder against a fake hub, with delays short enough for tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@relevo/runtime';
import { type RunningAgent, startAgent } from './agent.ts';
import { FakeHub } from './hub.fixture.ts';
import { readAgentSettings } from './settings.ts';

/** For every test with an agent: a machine that does other things as well may be slow, and a fact that does not come is told by name before this. */
export const testTimeoutMs = 60_000;

/** Settings as the environment gives them. */
export const quick: Record<string, string> = {
  AGENT_PORT: '0',
  AGENT_NAME: 'test',
  API_KEY: FakeHub.apiKey,
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
  RECONNECT_DELAY_MIN_MS: '20',
  RECONNECT_DELAY_MAX_MS: '60',
  APPROVAL_POLL_MIN_MS: '20',
  APPROVAL_POLL_MAX_MS: '40',
  TRANSFER_RANGE_BYTES: String(256 * 1024),
  TRANSFER_SAVE_BYTES: String(128 * 1024),
  TRANSFER_SAVE_INTERVAL_MS: '20',
  // Longer than a busy machine keeps a piece waiting; who tests a silence makes it short.
  TRANSFER_STALL_MAX_MS: '10000',
  FREE_SPACE_MIN_BYTES: '0',
};

export interface Bench {
  hub: FakeHub;
  dataDir: string;
  filesDir: string;
  start(env?: Record<string, string>): Promise<RunningAgent>;
  close(): Promise<void>;
}

/** A fake hub and a folder; every agent started is stopped with it. */
export function openBench(): Bench {
  const hub = new FakeHub().start();
  const dataDir = mkdtempSync(join(tmpdir(), 'relevo-agent-'));
  const agents: RunningAgent[] = [];
  return {
    hub,
    dataDir,
    filesDir: join(dataDir, 'files'),
    async start(env = {}) {
      const settings = readAgentSettings({ ...quick, SERVER_URL: hub.url, AGENT_DATA_DIR: dataDir, ...env });
      const agent = await startAgent(settings, createLog({ level: settings.LOG_LEVEL, format: 'json', service: 'agent' }));
      agents.push(agent);
      return agent;
    },
    async close() {
      for (const agent of agents) await agent.stop();
      await hub.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

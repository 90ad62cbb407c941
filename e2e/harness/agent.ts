// A real agent: enrolled, approved by the administrator, connected; and what it holds.
import { join } from 'node:path';
import { enrolmentSecret, type RunningHub } from './hub.ts';
import type { Scope } from './scope.ts';
import { runService, type Service } from './service.ts';
import type { Session } from './session.ts';
import { until } from './until.ts';

export interface RunningAgent extends Service {
  id: string;
  name: string;
  dataDir: string;
  filesDir: string;
}

export interface AgentOptions {
  name?: string;
  env?: Record<string, string>;
  /** Where it finds the hub; the hub itself unless a proxy stands between. */
  via?: string;
}

/** Starts an agent that comes back fast, approves it, and waits until the hub says that it is online. */
export async function runAgent(scope: Scope, hub: RunningHub, { name = 'shop', env = {}, via = hub.url }: AgentOptions = {}): Promise<RunningAgent> {
  const folder = await scope.folder();
  const dataDir = join(folder, 'agent');
  const service = await runService(
    scope,
    'agent',
    'AGENT_PORT',
    {
      SERVER_URL: via,
      API_KEY: enrolmentSecret,
      AGENT_NAME: name,
      AGENT_DATA_DIR: dataDir,
      RECONNECT_DELAY_MIN_MS: '20',
      RECONNECT_DELAY_MAX_MS: '200',
      APPROVAL_POLL_MIN_MS: '50',
      APPROVAL_POLL_MAX_MS: '100',
      ...env,
    },
    folder,
  );
  const id = await approve(hub.admin, name);
  await untilStatus(hub.admin, id, 'online');
  return Object.defineProperties(
    { id, name, dataDir, filesDir: env.FILES_DIR ?? join(dataDir, 'files') } as RunningAgent,
    Object.getOwnPropertyDescriptors(service),
  );
}

export interface AgentOnHub {
  id: string;
  name: string;
  status: string;
  tasks_waiting: number;
  last_seen_at: string | null;
}

export async function agentsOf(admin: Session): Promise<AgentOnHub[]> {
  return (await admin.ask('GET', '/api/agents')).agents;
}

export function untilStatus(admin: Session, id: string, status: string, timeoutMs = 20_000): Promise<AgentOnHub> {
  return until(`agent ${id} ${status}`, async () => (await agentsOf(admin)).find((agent) => agent.id === id && agent.status === status), { timeoutMs });
}

async function approve(admin: Session, name: string): Promise<string> {
  const { id } = await until(`agent ${name} enrolled`, async () => (await agentsOf(admin)).find((agent) => agent.name === name));
  await admin.ask('PATCH', `/api/agents/${id}`, { json: { status: 'approved' } });
  return id;
}

/** What an agent's own page says it holds. */
export async function heldOn(agent: RunningAgent): Promise<{ name: string; size: number; sha256: string }[]> {
  const response = await fetch(`${agent.url}/api/files`);
  if (!response.ok) throw new Error(`the agent answered ${response.status}`);
  const body = await response.json();
  return Array.isArray(body) ? body : body.files;
}

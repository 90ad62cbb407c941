// The agent's settings: every bound it has, by name.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readSettings, SettingsError, type SettingsOf, setting } from '@relevo/runtime';

const MiB = 1024 ** 2;

export const agentSettings = {
  SERVER_URL: setting.url('http://localhost:8000', 'Address of the hub', ['http:', 'https:']),
  WS_SERVER_URL: setting.url(undefined, "Address of the hub's socket for agents; derived from SERVER_URL when absent", ['ws:', 'wss:']),
  API_KEY: setting.text(undefined, "Enrolment secret: the hub's own API_KEY, or a token made for this agent", { secret: true }),
  AGENT_NAME: setting.shortText(hostname() || 'agent', 'What people call this agent; the host name when absent', 128),
  AGENT_PORT: setting.port(8001, "Port of the agent's own page; 0 picks a free one"),
  AGENT_HOST: setting.text('127.0.0.1', "Address of the agent's own page; beyond loopback AGENT_PASSWORD is required"),
  AGENT_PASSWORD: setting.text(undefined, "Password of the agent's own page (user name: relevo)", { secret: true }),
  AGENT_HOST_NAMES: setting.list([], 'Further host names under which the page is reached, as agent.lan', setting.hostNames),
  AGENT_DATA_DIR: setting.text('./data/agent', 'Where the agent keeps its database'),
  FILES_DIR: setting.text(undefined, 'Where delivered files are put; AGENT_DATA_DIR/files when absent'),
  LOG_LEVEL: setting.choice('info', 'Least level that is logged', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  LOG_FORMAT: setting.choice('json', 'Form of the log', ['json', 'pretty']),

  RECONNECT_DELAY_MIN_MS: setting.integer(500, 'Upper bound of the first wait before coming back to the hub', { min: 1 }),
  RECONNECT_DELAY_MAX_MS: setting.integer(30_000, 'Longest wait before coming back to the hub', { min: 1 }),
  APPROVAL_POLL_MIN_MS: setting.integer(2000, 'First wait before asking again whether the agent was approved', { min: 1 }),
  APPROVAL_POLL_MAX_MS: setting.integer(5000, 'Longest wait before asking again whether the agent was approved', { min: 1 }),
  HUB_REQUEST_TIMEOUT_MS: setting.integer(15_000, 'How long a small request to the hub, or the opening of the socket, may take', { min: 100 }),
  TOKEN_RENEW_BEFORE_MS: setting.integer(60_000, 'How long before its end a token is renewed, at most a third of its life', { min: 0 }),
  HUB_MESSAGE_MAX_BYTES: setting.integer(16 * MiB, 'Largest message or answer of the hub that is read, manifests aside', { min: 1024 }),

  TASKS_AT_ONCE_MAX: setting.integer(32, 'Tasks that run at once', { min: 1, max: 256 }),
  TRANSFERS_AT_ONCE_MAX: setting.integer(4, 'Files that are fetched at once', { min: 1, max: 64 }),
  TASK_TICK_INTERVAL_MS: setting.integer(50, 'Least time between two percentages of one task', { min: 1 }),
  INBOX_ENDED_MAX: setting.integer(10_000, 'Ended tasks remembered so that none is done twice', { min: 1 }),
  OUTBOX_MAX: setting.integer(100_000, 'Reports kept for a hub that is away; beyond it the oldest that only say work began are dropped', { min: 1 }),
  OUTBOX_IN_FLIGHT_MAX: setting.integer(256, 'Reports sent and not yet acknowledged', { min: 1 }),

  TRANSFER_RANGES_AT_ONCE_MAX: setting.integer(4, 'Ranges of one file fetched at once', { min: 1, max: 32 }),
  TRANSFER_RANGE_BYTES: setting.integer(8 * MiB, 'What one range request asks for, in whole chunks', { min: 64 * 1024 }),
  TRANSFER_RATE_MAX_BYTES: setting.integer(
    0,
    'Bytes per second that all transfers together may take, until one is set at the page of the agent; 0 sets no limit',
    { min: 0 },
  ),
  TRANSFER_WORKERS: setting.integer(2, 'Threads that fetch and check ranges', { min: 1, max: 16 }),
  TRANSFER_STALL_MAX_MS: setting.integer(20_000, 'A range that brings no byte for this long is asked for again', { min: 50 }),
  TRANSFER_SAVE_BYTES: setting.integer(16 * MiB, 'Verified bytes after which progress is made durable', { min: 1 }),
  TRANSFER_SAVE_INTERVAL_MS: setting.integer(500, 'Longest time verified bytes wait to be made durable', { min: 1 }),
  TRANSFER_RATE_WINDOW_MS: setting.integer(4000, 'Over how long the rate of a transfer is averaged', { min: 100 }),
  CHUNK_ATTEMPTS_MAX: setting.integer(4, 'How often a chunk may arrive corrupted before the transfer ends', { min: 1 }),
  KNOWN_CHUNKS_MAX: setting.integer(
    1_000_000,
    'Chunks of delivered files that are remembered, so that what other files share with them is not sent again: 1 MiB of files and 50 bytes of the database each; 0 remembers none',
    { min: 0 },
  ),
  MANIFEST_MAX_BYTES: setting.integer(64 * MiB, 'Largest manifest that is read', { min: 1024 }),
  FREE_SPACE_MIN_BYTES: setting.integer(16 * MiB, 'Free space that a transfer leaves on the disk', { min: 0 }),

  ROUTER_CA_FILE: setting.text(undefined, 'PEM file of further authorities whose certificates routers may show'),
  ROUTER_TASKS_AT_ONCE: setting.integer(4, 'Connections of one router that are worked on at once', { min: 1, max: 16 }),
  ROUTER_REQUESTS_AT_ONCE_MAX: setting.integer(4, 'Requests to one RouterOS router at once', { min: 1, max: 16 }),
  ROUTER_CONNECT_TIMEOUT_MS: setting.integer(10_000, 'How long the opening of a connection to a router may take', { min: 10 }),
  ROUTER_IDLE_MAX_MS: setting.integer(5_000, 'How long a connection to a router is kept for the next task after one ended well; 0 keeps none', {
    min: 0,
    max: 60_000,
  }),
  ROUTER_REQUEST_TIMEOUT_MS: setting.integer(60_000, 'How long one request or command on a router may take', { min: 10 }),
  ROUTER_ATTEMPTS_MAX: setting.integer(6, 'How often a request is tried on a router that does not answer', { min: 1 }),
  ROUTER_RETRY_DELAY_MIN_MS: setting.integer(1000, 'Upper bound of the first wait before a router is asked again', { min: 1 }),
  ROUTER_RETRY_DELAY_MAX_MS: setting.integer(30_000, 'Longest wait before a router is asked again', { min: 1 }),
  ROUTER_PASSES_MAX: setting.integer(5, 'How often a router is looked through for what came back during a removal', { min: 1 }),
  ROUTER_ANSWER_MAX_BYTES: setting.integer(16 * MiB, 'Largest answer of a router that is read', { min: 1024 }),

  TRANSFERS_SHOWN_MAX: setting.integer(100, 'Waiting tasks, and as many ended ones, shown on the local page', { min: 1 }),
  LOCAL_EVENTS_INTERVAL_MS: setting.integer(100, 'Least time between two events of the same kind to the local page', { min: 1 }),
  LOCAL_EVENT_STREAMS_MAX: setting.integer(32, 'Event streams open at once on the local page', { min: 1 }),
  LOCAL_BODY_MAX_BYTES: setting.integer(64 * 1024, 'Largest body of a request to the local page', { min: 256 }),
};

type ReadSettings = SettingsOf<typeof agentSettings>;

/** The settings with what is derived from others filled in. */
export interface AgentSettings extends ReadSettings {
  SERVER_URL: string;
  WS_SERVER_URL: string;
  FILES_DIR: string;
}

/** Reads the agent's settings from `env`. @throws SettingsError in one line that names what is wrong. */
export function readAgentSettings(env: Record<string, string | undefined>): AgentSettings {
  const read = readSettings(agentSettings, env);
  if (!isLoopback(read.AGENT_HOST) && read.AGENT_PASSWORD === undefined) {
    throw new SettingsError(`AGENT_PASSWORD is absent: it must be set when AGENT_HOST=${JSON.stringify(read.AGENT_HOST)} offers the page to the network`);
  }
  const server = read.SERVER_URL;
  return {
    ...read,
    WS_SERVER_URL: read.WS_SERVER_URL ?? `${server.replace(/^http/, 'ws')}/ws`,
    FILES_DIR: read.FILES_DIR ?? join(read.AGENT_DATA_DIR, 'files'),
  };
}

/** Refuses a file that is named and cannot be read. It is read again whenever it is needed, and may change meanwhile. @throws SettingsError */
export async function checkFiles({ ROUTER_CA_FILE: path }: Pick<AgentSettings, 'ROUTER_CA_FILE'>): Promise<void> {
  if (path === undefined) return;
  const text = await Bun.file(path)
    .text()
    .catch(() => '');
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new SettingsError(`ROUTER_CA_FILE=${JSON.stringify(path)} is not allowed: it must be the path of a readable PEM file of certificates`);
  }
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

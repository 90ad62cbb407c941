// Keeps the agent connected to its hub for ever: gets in, stays, and comes back with jitter when anything fails.
import { type AgentToHub, backoffDelay, closeCodes } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { AgentSettings } from '../settings.ts';
import type { Access } from './access.ts';
import { HubRefusal } from './hub-refusal.ts';
import { type HubMessage, runHubSocket, type SocketEnd, type Welcome } from './hub-socket.ts';
import type { Identity } from './identity.ts';
import { type Connection, createLinkPhases } from './link-phase.ts';

export interface HubLinkOptions {
  settings: AgentSettings;
  identity: Identity;
  access: Access;
  about: { version: string; platform: string };
  log: Log;
  /** The last task `seq` that is in the inbox. */
  receivedSeq(): Promise<number>;
  onWelcome(welcome: Welcome): Promise<void>;
  onMessages(messages: readonly HubMessage[]): Promise<void>;
  /** The hub gave another id: it is another hub, or it has forgotten us. What came from the old one is void. */
  onNewHub(): Promise<void>;
  onChange(connection: Connection): void;
}

export interface HubLink {
  start(): void;
  stop(): Promise<void>;
  connection(): Connection;
  /** Tries again now instead of after the wait. */
  reconnect(): void;
  /** Says whether the message went out now. */
  send(message: AgentToHub): boolean;
}

export function createHubLink(options: HubLinkOptions): HubLink {
  const { settings, identity, access, log } = options;
  const phases = createLinkPhases(settings.SERVER_URL, options.onChange);
  const stopping = new AbortController();
  let sendNow: ((message: AgentToHub) => boolean) | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let polls = 0;
  let justEnrolled = false;
  let endWait = () => {};

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const fault = await attempt();
      if (stopping.signal.aborted) break;
      await settle(fault);
    }
    phases.to('stopped');
  }

  /** Gets in and stays as long as it lasts; resolves to what ended it. */
  async function attempt(): Promise<HubRefusal> {
    try {
      if (phases.phase !== 'awaiting_approval') phases.to('proving');
      const token = await access.token();
      justEnrolled = false;
      phases.to('opening');
      const end = await openSocket(token);
      return faultOf(end, token);
    } catch (error) {
      if (error instanceof HubRefusal) return error;
      log.error({ event: 'link_failed', err: error }, 'the link failed');
      return new HubRefusal(error instanceof Error ? error.message : String(error));
    } finally {
      sendNow = undefined;
    }
  }

  async function openSocket(token: string): Promise<SocketEnd> {
    return runHubSocket({
      ...options.about,
      url: settings.WS_SERVER_URL,
      token,
      receivedSeq: await options.receivedSeq(),
      sealingKey: options.identity.sealingKey,
      openTimeoutMs: settings.HUB_REQUEST_TIMEOUT_MS,
      messageMaxBytes: settings.HUB_MESSAGE_MAX_BYTES,
      log,
      signal: stopping.signal,
      onMessages: options.onMessages,
      async onWelcome(welcome, send) {
        sendNow = send;
        phases.to('connected', { lastError: null });
        log.info({ event: 'connected', server_url: settings.SERVER_URL, agent_id: welcome.agent_id }, 'connected to the hub');
        await options.onWelcome(welcome);
      },
      onSettled() {
        failures = 0;
      },
    });
  }

  function faultOf(end: SocketEnd, token: string): HubRefusal {
    // The upgrade was refused, or the token ended: the next attempt proves anew.
    if (!end.welcomed || end.code === closeCodes.sessionEnded) access.reject(token);
    return new HubRefusal(closeReasons[end.code] ?? end.reason, { status: end.code });
  }

  /** Does what the fault asks for, and waits. */
  async function settle(fault: HubRefusal): Promise<void> {
    if (fault.code === 'agent_pending') return wait('awaiting_approval', 'waiting for approval on the hub', approvalDelay());
    polls = 0;
    // A hub that still does not know us right after it enrolled us must not be asked in a tight loop.
    if (fault.code === 'agent_unknown' && !justEnrolled) {
      const refused = await enrol();
      if (!refused) return;
      return wait('waiting', refused.message, retryDelay(refused));
    }
    justEnrolled = false;
    log.warn({ event: 'disconnected', code: fault.code || fault.status }, `not connected to the hub: ${fault.message}`);
    return wait('waiting', fault.message, retryDelay(fault));
  }

  /** Enrols; resolves to the refusal, if any. */
  async function enrol(): Promise<HubRefusal | undefined> {
    phases.to('enrolling');
    try {
      const agentId = await access.enrol();
      if (agentId !== identity.agentId) {
        await options.onNewHub();
        await identity.keepAgentId(agentId);
      }
      log.info({ event: 'enrolled', agent_id: agentId }, 'enrolled on the hub');
      justEnrolled = true;
      return undefined;
    } catch (error) {
      const refusal = error instanceof HubRefusal ? error : new HubRefusal(error instanceof Error ? error.message : String(error));
      log.warn({ event: 'enrolment_failed', code: refusal.code || refusal.status }, `the hub did not enrol this agent: ${refusal.message}`);
      // The hub refused API_KEY itself.
      return refusal.status === 401 || refusal.status === 403
        ? new HubRefusal(refusal.message, { status: refusal.status, code: 'enrolment_refused' })
        : refusal;
    }
  }

  function approvalDelay(): number {
    return backoffDelay(polls++, { delayMinMs: settings.APPROVAL_POLL_MIN_MS, delayMaxMs: settings.APPROVAL_POLL_MAX_MS, random: () => 1 });
  }

  /** What a person has to change is asked for slowly, but for ever: the change may come at any time. */
  function retryDelay(fault: HubRefusal): number {
    const attempt = needsPerson(fault) ? Number.MAX_SAFE_INTEGER : failures++;
    const delay = backoffDelay(attempt, { delayMinMs: settings.RECONNECT_DELAY_MIN_MS, delayMaxMs: settings.RECONNECT_DELAY_MAX_MS });
    return Math.max(delay, fault.retryAfterMs ?? 0);
  }

  function wait(phase: 'waiting' | 'awaiting_approval', lastError: string, delayMs: number): Promise<void> {
    phases.to(phase, { lastError, nextAttemptAt: Date.now() + delayMs });
    if (stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      endWait = done;
      stopping.signal.addEventListener('abort', done);
    });
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    reconnect: () => endWait(),
    connection: phases.connection,
    send: (message) => sendNow?.(message) ?? false,
  };
}

const closeReasons: Readonly<Record<number, string>> = {
  [closeCodes.notAllowed]: 'the hub revoked this agent',
  [closeCodes.brokenProtocol]: 'hub and agent do not speak the same version',
  [closeCodes.replaced]: 'another agent with the same identity took over',
  [closeCodes.goingAway]: 'the hub is going away',
};

function needsPerson({ code, status }: HubRefusal): boolean {
  return (
    code === 'agent_revoked' ||
    code === 'enrolment_refused' ||
    status === closeCodes.notAllowed ||
    status === closeCodes.brokenProtocol ||
    status === closeCodes.replaced
  );
}

// One socket to the hub, from its opening to its end: hello, welcome, heartbeats both ways, messages in order.
import { type AgentToHub, accessTokenCookie, agentProtocolVersion, closeCodes, type HubToAgent, hubToAgentSchema } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';

/** Silence of this many heartbeats is a dead peer. */
const deadPeerHeartbeats = 2.5;

/** Bytes waiting to be sent beyond which ticks are dropped. */
const tickBufferMaxBytes = 256 * 1024;

export type Welcome = Extract<HubToAgent, { type: 'welcome' }>;
/** What the hub says after its welcome, heartbeats aside. */
export type HubMessage = Extract<HubToAgent, { type: 'task' | 'acked' }>;

export interface HubSocketOptions {
  url: string;
  token: string;
  version: string;
  platform: string;
  sealingKey: string;
  receivedSeq: number;
  /** How long the opening may take, welcome included. */
  openTimeoutMs: number;
  messageMaxBytes: number;
  log: Log;
  /** The hub said welcome: `send` works from now on until the end. */
  onWelcome(welcome: Welcome, send: (message: AgentToHub) => boolean): Promise<void>;
  /** Messages that came together, in order; the next ones wait until it resolves. */
  onMessages(messages: readonly HubMessage[]): Promise<void>;
  /** Something came after a whole heartbeat: the connection is a lasting one. */
  onSettled(): void;
  /** Closes the socket when aborted. */
  signal: AbortSignal;
}

/** Why a socket ended. */
export interface SocketEnd {
  code: number;
  reason: string;
  welcomed: boolean;
}

/** Resolves when the socket is closed, whichever side closed it; never rejects. */
export function runHubSocket(options: HubSocketOptions): Promise<SocketEnd> {
  const { log, signal } = options;
  return new Promise((resolve) => {
    // The DOM's type knows no headers; Bun's client takes them.
    const socket = new WebSocket(options.url, { headers: { cookie: `${accessTokenCookie}=${options.token}` } } as unknown as string[]);
    const queue: HubToAgent[] = [];
    let working = false;
    let failure = '';
    let welcomedAt: number | undefined;
    let heartbeatMs = options.openTimeoutMs;
    let beat: ReturnType<typeof setInterval> | undefined;
    let ended = false;
    let silence = setTimeout(() => end(1006, 'the hub did not answer in time'), options.openTimeoutMs);

    const onAbort = () => end(1000, 'the agent is going away');
    signal.addEventListener('abort', onAbort, { once: true });
    // One that was aborted before has no event left to tell.
    if (signal.aborted) onAbort();

    function end(code: number, reason: string): void {
      if (ended) return;
      ended = true;
      clearTimeout(silence);
      clearInterval(beat);
      signal.removeEventListener('abort', onAbort);
      // A half-open connection answers no closing handshake: this side is done with it either way.
      if (socket.readyState < WebSocket.CLOSING) socket.close(code >= 3000 || code === 1000 ? code : 1000, reason.slice(0, 120));
      resolve({ code, reason, welcomed: welcomedAt !== undefined });
    }

    function send(message: AgentToHub): boolean {
      if (ended || socket.readyState !== WebSocket.OPEN) return false;
      // The next tick makes this one worthless: it must not wait behind others on a slow link.
      if (message.type === 'tick' && socket.bufferedAmount > tickBufferMaxBytes) return false;
      socket.send(JSON.stringify(message));
      return true;
    }

    function heard(): void {
      clearTimeout(silence);
      silence = setTimeout(() => end(1006, 'the hub fell silent'), heartbeatMs * deadPeerHeartbeats);
      if (welcomedAt !== undefined && Date.now() - welcomedAt >= heartbeatMs) options.onSettled();
    }

    async function work(): Promise<void> {
      if (working) return;
      working = true;
      try {
        while (queue.length > 0 && !ended) await handle(queue.splice(0));
      } catch (error) {
        log.error({ event: 'hub_message_failed', err: error }, 'a message of the hub could not be handled');
        end(1011, 'the agent could not handle a message');
      } finally {
        working = false;
      }
    }

    async function handle(messages: HubToAgent[]): Promise<void> {
      const first = messages[0];
      if (first?.type === 'welcome' && welcomedAt === undefined) {
        welcomedAt = Date.now();
        heartbeatMs = first.heartbeat_ms;
        heard();
        beat = setInterval(() => send({ type: 'heartbeat' }), heartbeatMs);
        await options.onWelcome(first, send);
      }
      const rest = messages.filter((message) => message.type === 'task' || message.type === 'acked');
      if (rest.length > 0) await options.onMessages(rest);
    }

    socket.onopen = () => {
      const { version, platform, receivedSeq, sealingKey } = options;
      send({ type: 'hello', protocol: agentProtocolVersion, version, platform, received_seq: receivedSeq, sealing_key: sealingKey });
    };
    socket.onerror = (event) => {
      failure = 'message' in event ? String(event.message) : '';
    };
    socket.onclose = (event) => end(event.code, event.reason || failure || 'the connection was lost');
    socket.onmessage = (event: MessageEvent) => {
      if (ended) return;
      const parsed = parseMessage(event.data, options.messageMaxBytes);
      if (parsed === 'invalid') return end(closeCodes.brokenProtocol, 'the hub sent a message that is not of the protocol');
      heard();
      if (parsed === 'unknown') return log.warn({ event: 'hub_message_unknown' }, 'a message of a kind that this version does not know was ignored');
      if (parsed.type !== 'welcome' && welcomedAt === undefined) return end(closeCodes.brokenProtocol, 'the hub spoke before its welcome');
      queue.push(parsed);
      void work();
    };
  });
}

const knownTypes: ReadonlySet<string> = new Set(hubToAgentSchema.options.map((option) => option.shape.type.value));

function parseMessage(data: unknown, maxBytes: number): HubToAgent | 'unknown' | 'invalid' {
  if (typeof data !== 'string' || data.length > maxBytes) return 'invalid';
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return 'invalid';
  }
  const message = hubToAgentSchema.safeParse(value);
  if (message.success) return message.data;
  // A type from a newer hub is ignored; one that is known, with a body that is not valid, breaks the protocol.
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return typeof type === 'string' && !knownTypes.has(type) ? 'unknown' : 'invalid';
}

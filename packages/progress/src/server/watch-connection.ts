// One progress socket: what its client asks for, and what it is shown. Events reach it through topics, so that an event is encoded
// and queued once however many watch; a socket that falls behind leaves its topics and gets the newest state when it has drained.
import {
  type ClientMessage,
  clientMessageSchema,
  closeCodes,
  type ErrorCode,
  errorCodes,
  isStepEvent,
  type Language,
  type ProgressEvent,
} from '@relevo/protocol';
import { EngineRefusal, type OperationEngine, type OperationKey, operationTopic, type Published, snapshotOf, userTopic } from '../engine/index.ts';
import { RateLimit } from './rate-limit.ts';
import type { WatchLimits } from './watch-limits.ts';
import type { RegisteredConnection, WatchSockets } from './watch-sockets.ts';

/** Watched operations after which those that have ended are forgotten. */
const watchedMax = 1_000;

/** What is used of a server's end of a WebSocket. */
export interface WatchSocket {
  send(text: string): unknown;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  close(code: number, reason: string): void;
  /** Ends the connection without a word. */
  terminate(): void;
  /** Bytes that wait to be sent. */
  getBufferedAmount(): number;
}

/** Where the operations are that a socket shows. */
export interface WatchSource {
  readonly engine: Pick<OperationEngine, 'find' | 'openOf' | 'catchUp' | 'snapshot' | 'registerUnused'>;
  /** What a watcher that has everything up to `after` still has to see of an operation that has ended; undefined when there is none. */
  catchUpEnded(key: OperationKey, after: number | undefined): Promise<ProgressEvent[] | undefined>;
  /** Asks an open operation to stop. */
  stop(key: OperationKey): Promise<void>;
  /** What a client is told of a failure; undefined for one that nobody foresaw. An EngineRefusal needs no help. */
  refusalOf?(error: unknown): { code: ErrorCode; message: string } | undefined;
}

export interface WatchConnectionOptions {
  /** Whose operations are watched. */
  userId: number;
  /** Who is watching: the same, or an administrator. */
  callerId: number;
  /** Names what the watcher proved itself with, so that the socket can be closed when that ends. */
  credential: string;
  language: Language;
  source: WatchSource;
  sockets: WatchSockets;
  limits: WatchLimits;
  /** Gives back the user's place. */
  leave: () => void;
  /** Told the code of every refusal. */
  onRefused?: (code: ErrorCode) => void;
}

export class WatchConnection implements RegisteredConnection {
  readonly #options: WatchConnectionOptions;
  readonly #limit: RateLimit;
  #socket: WatchSocket | undefined;
  #badMessages = 0;
  #watchesAll = false;
  readonly #watched = new Set<string>();
  /** Operations of which something was missed since the socket fell behind; undefined while it keeps up. */
  #missed: Set<string> | undefined;
  behindSince = 0;

  constructor(options: WatchConnectionOptions) {
    this.#options = options;
    this.#limit = new RateLimit(options.limits.messagesPerSecondMax);
  }

  get callerId(): number {
    return this.#options.callerId;
  }

  get credential(): string {
    return this.#options.credential;
  }

  opened(socket: WatchSocket): void {
    this.#socket = socket;
    this.#options.sockets.add(this);
  }

  closed(): void {
    this.#socket = undefined;
    this.#options.sockets.remove(this);
    this.#options.leave();
  }

  /** Takes one message of the client: text, or bytes, which it should not send. */
  received(message: string | Uint8Array): void {
    if (!this.#limit.take(Date.now())) return this.#refuse('too_many_requests', 'slow down');
    if (typeof message !== 'string') return this.#refuse('invalid_request', 'messages are JSON text');
    if (Buffer.byteLength(message) > this.#options.limits.messageMaxBytes) return this.close(closeCodes.brokenProtocol, 'message too large');
    const parsed = parseMessage(message);
    if ('fault' in parsed) return this.#refuse('invalid_request', parsed.fault, parsed.operationId);
    void this.#obey(parsed.message).catch((error: unknown) => {
      const operationId = 'operation_id' in parsed.message ? parsed.message.operation_id : undefined;
      const refusal = error instanceof EngineRefusal ? { code: error.reason, message: error.message } : this.#options.source.refusalOf?.(error);
      this.#refuse(refusal?.code ?? 'internal', refusal?.message ?? errorCodes.internal.title, operationId);
    });
  }

  close(code: number, reason: string): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.close(code, reason);
    // A peer that does not read will not answer the close either.
    if (socket.getBufferedAmount() > 0) socket.terminate();
  }

  looksSlow(bufferMaxBytes: number): boolean {
    return this.#missed === undefined && this.#waiting() > bufferMaxBytes;
  }

  /** True for a socket that fell behind and has nothing waiting any more. */
  hasDrained(): boolean {
    return this.#missed !== undefined && this.#waiting() === 0;
  }

  fallBehind(): void {
    this.#missed = new Set();
    this.behindSince = Date.now();
    if (this.#watchesAll) this.#socket?.unsubscribe(userTopic(this.#options.userId));
    for (const id of this.#watched) this.#socket?.unsubscribe(operationTopic(this.#key(id)));
  }

  missed(batch: readonly Published[]): void {
    for (const { userId, operationId } of batch) {
      if (userId === this.#options.userId && (this.#watchesAll || this.#watched.has(operationId))) this.#missed?.add(operationId);
    }
  }

  /** What was waiting to be sent has gone. */
  drained(): void {
    const missed = this.#missed;
    if (!missed) return;
    this.#missed = undefined;
    this.#options.sockets.caughtUp(this);
    if (this.#watchesAll) this.#socket?.subscribe(userTopic(this.#options.userId));
    else for (const id of this.#watched) this.#socket?.subscribe(operationTopic(this.#key(id)));
    for (const id of missed) void this.#sendSnapshot(id);
  }

  async #obey(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'start_operation':
        return this.#watch(message.operation_id, message.after);
      case 'stop_operation':
        return this.#stop(message.operation_id);
      case 'watch':
        return this.#watchAll();
      case 'unwatch':
        return this.#unwatch(message.operation_id);
    }
  }

  async #watch(id: string, after: number | undefined): Promise<void> {
    const { source, language } = this.#options;
    const key = this.#key(id);
    if (!source.engine.find(key)) {
      const ended = await source.catchUpEnded(key, after);
      if (ended) return this.#sendAll(ended);
      // Somebody may have begun it while the journal was asked.
      if (!source.engine.find(key)) source.engine.registerUnused(key, language);
    }
    // From here to the subscription nothing waits: no event can fall between what is replayed and what follows.
    const missed = source.engine.catchUp(key, after) ?? [];
    this.#follow(id);
    this.#sendAll(missed);
  }

  #watchAll(): void {
    if (this.#watchesAll) return;
    const { source, userId } = this.#options;
    this.#watchesAll = true;
    for (const id of this.#watched) this.#socket?.unsubscribe(operationTopic(this.#key(id)));
    if (!this.#missed) this.#socket?.subscribe(userTopic(userId));
    for (const { id } of source.engine.openOf(userId)) {
      // What this socket watches already, it has already.
      if (!this.#watched.has(id)) this.#sendAll(source.engine.catchUp(this.#key(id), undefined) ?? []);
    }
  }

  #unwatch(id: string | undefined): void {
    if (id !== undefined) {
      this.#watched.delete(id);
      this.#socket?.unsubscribe(operationTopic(this.#key(id)));
      return;
    }
    this.#watchesAll = false;
    this.#socket?.unsubscribe(userTopic(this.#options.userId));
    if (!this.#missed) for (const watched of this.#watched) this.#socket?.subscribe(operationTopic(this.#key(watched)));
  }

  async #stop(id: string): Promise<void> {
    const { source } = this.#options;
    const key = this.#key(id);
    if (source.engine.find(key)) return source.stop(key);
    // One that has ended is stopped already.
    if (!(await source.catchUpEnded(key, undefined))) throw new EngineRefusal('not_found', `there is no operation ${id}`);
  }

  #follow(id: string): void {
    if (this.#watched.size >= watchedMax) this.#forgetEnded();
    this.#watched.add(id);
    if (!this.#watchesAll && !this.#missed) this.#socket?.subscribe(operationTopic(this.#key(id)));
  }

  #forgetEnded(): void {
    for (const id of [...this.#watched]) if (!this.#options.source.engine.find(this.#key(id))) this.#unwatch(id);
  }

  async #sendSnapshot(id: string): Promise<void> {
    const { source } = this.#options;
    const open = source.engine.snapshot(this.#key(id));
    if (open) return this.#sendAll(open);
    // One that has ended may be replayed from its first number; this socket has seen a part of those, and gets what they came to.
    const ended = (await source.catchUpEnded(this.#key(id), undefined)) ?? [];
    if (ended.some((event) => event.snapshot)) return this.#sendAll(ended);
    const newest = new Map(ended.map((event) => [isStepEvent(event) ? event.step : undefined, event]));
    this.#sendAll(snapshotOf(newest.values()));
  }

  #sendAll(events: readonly ProgressEvent[]): void {
    for (const event of events) this.#socket?.send(JSON.stringify(event));
  }

  #refuse(code: ErrorCode, message: string, operationId?: string): void {
    this.#options.onRefused?.(code);
    this.#socket?.send(JSON.stringify({ type: 'error', code, message, operation_id: operationId }));
    if (errorCodes[code].status >= 500 || (code !== 'invalid_request' && code !== 'too_many_requests')) return;
    this.#badMessages += 1;
    if (this.#badMessages >= this.#options.limits.badMessagesMax) this.close(closeCodes.tooMuch, 'too many bad messages');
  }

  #waiting(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  #key(id: string): OperationKey {
    return { userId: this.#options.userId, id };
  }
}

function parseMessage(text: string): { message: ClientMessage } | { fault: string; operationId?: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'the message is not JSON' };
  }
  const parsed = clientMessageSchema.safeParse(value);
  if (parsed.success) return { message: parsed.data };
  const id = typeof value === 'object' && value !== null && 'operation_id' in value ? value.operation_id : undefined;
  const issue = parsed.error.issues[0];
  const fault = issue ? `${issue.path.join('.') || 'message'}: ${issue.message}` : 'the message is not valid';
  return typeof id === 'string' ? { fault, operationId: id.slice(0, 128) } : { fault };
}

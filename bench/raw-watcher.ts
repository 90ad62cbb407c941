// A watcher as thin as it can be, the same for every server: a TCP connection that speaks WebSocket, counts the frames it is sent and parses
// none of them unless asked to. It shares the machine with the server, so whatever it spares is the server's.
import type { Socket } from 'bun';

/** How the client's side of one server sounds. */
export interface Dialect {
  /** Path and query of the upgrade. */
  path: string;
  headers?: Record<string, string>;
  /** Sent when the socket is open, before anything else, and how the answer to it begins. */
  hello?: { text: string; answer: string };
  /** What asks for the events of an operation after those up to `after`. */
  watch(operationId: string, after?: number): string;
  /** The answer that the server's own heartbeat wants; undefined for everything else. */
  heartbeat?(first: number, length: number): string | undefined;
}

export type OnText = (payload: Buffer) => void;

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 };
const headEnd = Buffer.from('\r\n\r\n');
/** A mask of zeros leaves the payload as it is (RFC 6455 §5.3 asks for one that nobody can guess, for the sake of proxies: there is none here). */
const noMask = Buffer.alloc(4);

export class RawWatcher {
  /** Text frames so far, heartbeats aside. */
  texts = 0;
  /** Bytes so far, frames' heads included. */
  bytes = 0;
  /** Called with the payload of every text frame counted, valid during the call. */
  onText: OnText | undefined;
  /** What the hello was answered with. */
  greeting = '';
  onClose: (() => void) | undefined;
  readonly #dialect: Dialect;
  readonly #opened = Promise.withResolvers<void>();
  #socket: Socket<RawWatcher> | undefined;
  #upgraded = false;
  #rest: Buffer | undefined;
  /** Bytes of a frame already counted that are still to come. */
  #skip = 0;
  #next: (() => void) | undefined;

  private constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Opens a socket and says hello; `onText` is given all that comes after that. @throws when it is not upgraded */
  static async open(host: string, port: number, dialect: Dialect, onText?: OnText): Promise<RawWatcher> {
    const watcher = new RawWatcher(dialect);
    await Bun.connect<RawWatcher>({ hostname: host, port, data: watcher, socket: handlers });
    await watcher.#opened.promise;
    if (dialect.hello === undefined) watcher.onText = onText;
    else {
      const { text, answer } = dialect.hello;
      const greeted = Promise.withResolvers<void>();
      watcher.onText = (payload) => {
        const said = payload.toString();
        if (!said.startsWith(answer)) return;
        watcher.greeting = said;
        watcher.onText = onText;
        greeted.resolve();
      };
      watcher.send(text);
      await greeted.promise;
    }
    return watcher;
  }

  /** Asks for the events of an operation. */
  watch(operationId: string, after?: number): void {
    this.send(this.#dialect.watch(operationId, after));
  }

  /** Resolves with the next text frame that comes. */
  nextText(): Promise<void> {
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  send(text: string): void {
    this.#sendFrame(opcodes.text, Buffer.from(text));
  }

  /** Ends the connection without a word, as a network does. */
  cut(): void {
    this.#socket?.terminate();
  }

  began(socket: Socket<RawWatcher>): void {
    this.#socket = socket;
    const { path, headers = {} } = this.#dialect;
    const lines = Object.entries({
      host: 'bench',
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      ...headers,
    });
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  }

  received(data: Buffer): void {
    if (!this.#upgraded) return this.#receiveHead(data);
    this.bytes += data.length;
    let bytes = data;
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, data]);
      this.#rest = undefined;
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const next = this.#readFrame(bytes, at);
      if (next === undefined) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  ended(error?: Error): void {
    this.#opened.reject(error ?? new Error('the connection was closed'));
    // Who waits for it has heard; nobody else has to.
    this.#opened.promise.catch(() => {});
    this.onClose?.();
  }

  #receiveHead(data: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, data]) : data;
    const end = bytes.indexOf(headEnd);
    this.#rest = end < 0 ? Buffer.from(bytes) : undefined;
    if (end < 0) return;
    const [status] = bytes.subarray(0, end).toString('latin1').split('\r\n');
    if (!status?.includes(' 101')) return this.#opened.reject(new Error(`not upgraded: ${bytes.toString()}`));
    this.#upgraded = true;
    this.#opened.resolve();
    if (end + 4 < bytes.length) this.received(Buffer.from(bytes.subarray(end + 4)));
  }

  /** Reads the frame at `at`; returns where the next begins, or undefined when this one is not whole and has to be. */
  #readFrame(bytes: Buffer, at: number): number | undefined {
    if (at + 2 > bytes.length) return undefined;
    const opcode = (bytes[at] ?? 0) & 0x0f;
    let length = (bytes[at + 1] ?? 0) & 0x7f;
    let start = at + 2;
    if (length === 126) {
      if (at + 4 > bytes.length) return undefined;
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      if (at + 10 > bytes.length) return undefined;
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    const end = start + length;
    const isWhole = end <= bytes.length;
    if (opcode === opcodes.text && length > 1 && !this.onText) {
      this.#count();
      if (!isWhole) this.#skip = end - bytes.length;
      return Math.min(end, bytes.length);
    }
    if (!isWhole) return undefined;
    this.#obey(opcode, bytes.subarray(start, end));
    return end;
  }

  #obey(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) return this.#sendFrame(opcodes.pong, payload);
    if (opcode !== opcodes.text) return;
    const answer = this.#dialect.heartbeat?.(payload[0] ?? 0, payload.length);
    if (answer !== undefined) return this.send(answer);
    this.#count();
    this.onText?.(payload);
  }

  #count(): void {
    this.texts += 1;
    this.#next?.();
    this.#next = undefined;
  }

  #sendFrame(opcode: number, payload: Buffer): void {
    const head =
      payload.length < 126
        ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
        : Buffer.from([0x80 | opcode, 0xfe, payload.length >> 8, payload.length & 0xff]);
    this.#socket?.write(Buffer.concat([head, noMask, payload]));
  }
}

const handlers = {
  open: (socket: Socket<RawWatcher>) => socket.data.began(socket),
  data: (socket: Socket<RawWatcher>, data: Buffer) => socket.data.received(data),
  close: (socket: Socket<RawWatcher>) => socket.data.ended(),
  error: (socket: Socket<RawWatcher>, error: Error) => socket.data.ended(error),
};

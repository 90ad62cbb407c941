// A WebSocket client of bytes: says what RFC 6455 allows in odd ways, and what it forbids.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

export interface FrameOptions {
  opcode: number;
  payload?: Uint8Array | string;
  fin?: boolean;
  /** The three reserved bits, 1 to 7. */
  reserved?: number;
  masked?: boolean;
  /** Written in place of the true length. */
  claimedLength?: number;
  /** 16 or 64 bits where fewer would do. */
  lengthBits?: 16 | 64;
}

/** One frame as bytes (RFC 6455 §5.2). */
export function frame({ opcode, payload = '', fin = true, reserved = 0, masked = true, claimedLength, lengthBits }: FrameOptions): Buffer {
  const bytes = Buffer.from(payload);
  const length = claimedLength ?? bytes.length;
  const head = Buffer.alloc(14);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let at = 2;
  if (lengthBits === 64 || (lengthBits === undefined && length > 0xffff)) {
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
    at = 10;
  } else if (lengthBits === 16 || length > 125) {
    head[1] = maskBit | 126;
    head.writeUInt16BE(length, 2);
    at = 4;
  } else {
    head[1] = maskBit | length;
  }
  if (!masked) return Buffer.concat([head.subarray(0, at), bytes]);
  const mask = randomBytes(4);
  return Buffer.concat([head.subarray(0, at), mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

export function textFrame(message: unknown): Buffer {
  return frame({ opcode: opcodes.text, payload: JSON.stringify(message) });
}

/** How often a connection that is not read is tried for being there. Milliseconds. */
const knockMs = 50;

interface Incoming {
  opcode: number;
  payload: Buffer;
}

export class RawClient {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  readonly #incoming: Incoming[] = [];
  readonly #looks = new Set<() => void>();
  #gone = false;

  private constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#gone = true;
      this.#look();
    });
    this.#read(rest);
  }

  /** @throws with the status line when the upgrade is refused */
  static async open(url: string, path: string, headers: Record<string, string>): Promise<RawClient> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const lines = {
      host,
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...headers,
    };
    socket.write(
      `GET ${path} HTTP/1.1\r\n${Object.entries(lines)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );
    let head: Buffer = Buffer.alloc(0);
    const end = await new Promise<number>((resolve, reject) => {
      const take = (bytes: Buffer) => {
        head = Buffer.concat([head, bytes]);
        const at = head.indexOf('\r\n\r\n');
        if (at < 0) return;
        socket.off('data', take);
        resolve(at);
      };
      socket.on('data', take);
      socket.on('error', reject);
    });
    const status = head.subarray(0, head.indexOf('\r\n')).toString();
    if (!status.includes(' 101 ')) {
      socket.destroy();
      throw new Error(status);
    }
    return new RawClient(socket, head.subarray(end + 4));
  }

  write(...frames: Uint8Array[]): void {
    this.#socket.write(Buffer.concat(frames));
  }

  /** Writes one byte a packet. */
  async writeByteByByte(bytes: Uint8Array): Promise<void> {
    this.#socket.setNoDelay(true);
    for (const byte of bytes) {
      await new Promise<void>((resolve, reject) => this.#socket.write(Buffer.of(byte), (error) => (error ? reject(error) : resolve())));
    }
  }

  /** The first text message for which `wanted` is true. @throws when the connection ends before */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  message(wanted: (message: any) => boolean): Promise<any> {
    return this.#first(() => {
      for (const { opcode, payload } of this.#incoming) {
        if (opcode !== opcodes.text) continue;
        const message: unknown = JSON.parse(payload.toString());
        if (wanted(message)) return message;
      }
      return undefined;
    });
  }

  /** Every text message so far. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  texts(): any[] {
    return this.#incoming.filter(({ opcode }) => opcode === opcodes.text).map(({ payload }) => JSON.parse(payload.toString()));
  }

  /** Reads nothing any more. */
  pause(): void {
    this.#socket.pause();
  }

  /** Resolves when writing to the other side fails: it has ended a connection that is not read. */
  async cutOff(): Promise<void> {
    while (!this.#socket.destroyed) {
      await new Promise<void>((resolve) => this.#socket.write(frame({ opcode: opcodes.pong }), () => setTimeout(resolve, knockMs)));
    }
  }

  /** The payload of the first pong. */
  pong(): Promise<string> {
    return this.#first(() => this.#incoming.find(({ opcode }) => opcode === opcodes.pong)?.payload.toString());
  }

  /** The code of the close frame, or 1006 when the connection ended without one. */
  async closed(): Promise<number> {
    await this.#first(() => (this.#gone ? true : undefined), false);
    const close = this.#incoming.find(({ opcode }) => opcode === opcodes.close);
    if (!close) return 1006;
    return close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 1005;
  }

  end(): void {
    this.#socket.destroy();
  }

  #first<T>(find: () => T | undefined, failsWithConnection = true): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && !(this.#gone && failsWithConnection)) return;
        this.#looks.delete(look);
        if (found === undefined) reject(new Error('the connection ended'));
        else resolve(found);
      };
      this.#looks.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }

  #read(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const taken = readFrame(this.#buffer);
      if (!taken) break;
      this.#buffer = this.#buffer.subarray(taken.size);
      this.#incoming.push(taken);
      // A client answers a close with its own, as it must (§5.5.1).
      if (taken.opcode === opcodes.close && !this.#socket.destroyed) this.#socket.end(frame({ opcode: opcodes.close, payload: taken.payload }));
    }
    this.#look();
  }
}

/** The first whole frame of a server, unmasked and never fragmented here. */
function readFrame(buffer: Buffer): (Incoming & { size: number }) | undefined {
  if (buffer.length < 2) return undefined;
  const short = (buffer[1] ?? 0) & 0x7f;
  const at = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (buffer.length < at) return undefined;
  const length = short === 127 ? Number(buffer.readBigUInt64BE(2)) : short === 126 ? buffer.readUInt16BE(2) : short;
  if (buffer.length < at + length) return undefined;
  return { opcode: (buffer[0] ?? 0) & 0x0f, payload: Buffer.from(buffer.subarray(at, at + length)), size: at + length };
}

// Follows the frames of HTTP/1.1 in one direction of a connection: where a head ends, how long its body is, where the next begins.

export interface FrameHandler {
  /** A head was read whole; returns whether a body follows at all. */
  head(text: string): { body: boolean };
  /** Bytes of the body of the last head; may be changed in place. */
  body(bytes: Buffer): void;
}

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'trailer' | 'raw';

/** Feeds on what crosses the connection. Understands bodies with Content-Length and chunked ones; after an upgrade nothing is read any more. */
export class HttpFrames {
  readonly #handler: FrameHandler;
  #state: State = 'head';
  #text = '';
  #left = 0;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.#state !== 'raw') {
      if (this.#state === 'body' || this.#state === 'chunk') {
        const part = bytes.subarray(at, at + this.#left);
        this.#handler.body(part);
        this.#left -= part.length;
        at += part.length;
        if (this.#left === 0) this.#state = this.#state === 'body' ? 'head' : 'chunk-size';
        continue;
      }
      this.#text += String.fromCharCode(bytes[at] ?? 0);
      at += 1;
      if (this.#state === 'head' && this.#text.endsWith('\r\n\r\n')) this.#headRead();
      else if (this.#state === 'chunk-size' && this.#text.endsWith('\r\n') && this.#text.trim() !== '') this.#chunkSizeRead();
      else if (this.#state === 'trailer' && this.#text.endsWith('\r\n')) this.#begin('head');
    }
  }

  #headRead(): void {
    const text = this.#text;
    const { body } = this.#handler.head(text);
    const length = Number(/^content-length:\s*(\d+)/im.exec(text)?.[1] ?? 0);
    if (/^HTTP\/1\.1 101 /.test(text)) this.#begin('raw');
    else if (!body) this.#begin('head');
    else if (/^transfer-encoding:\s*chunked/im.test(text)) this.#begin('chunk-size');
    else this.#begin(length > 0 ? 'body' : 'head', length);
  }

  #chunkSizeRead(): void {
    const size = Number.parseInt(this.#text.trim(), 16);
    this.#begin(size > 0 ? 'chunk' : 'trailer', size);
  }

  #begin(state: State, left = 0): void {
    this.#state = state;
    this.#text = '';
    this.#left = left;
  }
}

// Follows one operation over `GET /api/operations/{id}/events` for as long as it is given a turn, and knows how far it came.
import { isEnded, isStepEvent } from '@relevo/protocol';
import { readEventStream } from './event-stream-reader.ts';
import { readServerMessage } from './server-message.ts';

/** How a turn came to its end. */
export type TurnEnd =
  /** The operation has ended, and everything of it was handed on. */
  | 'ended'
  /** The hub ended the stream, or does not know the operation yet: ask again. */
  | 'again'
  /** The turn was taken away. */
  | 'aborted'
  /** Nobody answers. */
  | 'unreachable'
  /** The session may not see it, or asks too much. */
  | { readonly status: number; readonly retryAfterMs: number | undefined };

export interface OperationStreamOptions {
  /** Where operations are followed, as `https://hub.example/api`. */
  api: string;
  userId: number;
  fetch: typeof fetch;
  /** A stream in which nothing came for this long is dead: hubs send a comment more often. */
  silenceMaxMs: number;
  onMessage: (text: string) => void;
}

export class OperationStream {
  readonly id: string;
  /** Somebody asked for this operation by its name: it yields to others later. */
  isNamed: boolean;
  /** When its turn began; undefined while it has none. */
  turnBegan: number | undefined;
  /** It is not given a turn before this time. */
  notBefore = 0;
  /** Turns in a row that brought nothing. */
  failures = 0;
  readonly #options: OperationStreamOptions;
  #seq: number;
  #abort: AbortController | undefined;

  /** `seq`: the last one known already. */
  constructor(id: string, seq: number, isNamed: boolean, options: OperationStreamOptions) {
    this.id = id;
    this.#seq = seq;
    this.isNamed = isNamed;
    this.#options = options;
  }

  /** Reads until the operation ends, the stream does, or the turn is taken away. */
  async take(): Promise<TurnEnd> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      // Not every runtime ends a read that is aborted in the moment in which the stream ends.
      return await Promise.race([this.#read(abort), aborted(abort.signal)]);
    } catch {
      return abort.signal.reason === 'yield' ? 'aborted' : 'unreachable';
    } finally {
      if (this.#abort === abort) this.#abort = undefined;
    }
  }

  /** Takes its turn away; nothing is handed on afterwards. */
  yield(): void {
    this.#abort?.abort('yield');
  }

  async #read(abort: AbortController): Promise<TurnEnd> {
    const { api, userId, fetch: fetchIt, silenceMaxMs, onMessage } = this.#options;
    const url = new URL(`${api}/operations/${encodeURIComponent(this.id)}/events`);
    url.searchParams.set('user_id', String(userId));
    if (this.#seq > 0) url.searchParams.set('after', String(this.#seq));
    let silence = setTimeout(() => abort.abort('silence'), silenceMaxMs);
    abort.signal.addEventListener('abort', () => clearTimeout(silence));
    try {
      const response = await fetchIt(url, { credentials: 'include', headers: { accept: 'text/event-stream' }, signal: abort.signal });
      // "a client can be told to stop reconnecting using the HTTP 204 No Content response code" (HTML, server-sent events).
      if (response.status === 204) return 'ended';
      if (!response.ok || !response.body) {
        const retryAfter = response.headers.get('retry-after') ?? '';
        await response.body?.cancel();
        // The socket waits for an operation that nobody has begun yet; so does this.
        return response.status === 404 ? 'again' : { status: response.status, retryAfterMs: /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined };
      }
      let hasEnded = false;
      await readEventStream(
        response.body,
        (text) => {
          if (abort.signal.aborted) return;
          hasEnded = this.#advance(text) || hasEnded;
          onMessage(text);
        },
        () => {
          clearTimeout(silence);
          if (abort.signal.aborted) return;
          silence = setTimeout(() => abort.abort('silence'), silenceMaxMs);
        },
      );
      if (abort.signal.aborted) throw abort.signal.reason;
      return hasEnded ? 'ended' : 'again';
    } finally {
      clearTimeout(silence);
    }
  }

  /** True when `text` says that the operation ended. */
  #advance(text: string): boolean {
    const message = readServerMessage(text);
    if (!message || ('type' in message && message.type === 'error')) return false;
    this.failures = 0;
    // A snapshot may step back: a hub that came back from a crash counts on from what it kept.
    this.#seq = message.snapshot ? message.seq : Math.max(this.#seq, message.seq);
    return !isStepEvent(message) && isEnded(message.state);
  }
}

/** Rejects when `signal` is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

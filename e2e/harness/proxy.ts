// A small TCP proxy between an agent and its hub that behaves as bad networks do: cuts, swallows without a word, delays, throttles, corrupts.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { HttpFrames } from './http-frames.ts';
import type { Scope } from './scope.ts';

/** How the proxy treats what crosses it from now on. All absent: it only carries. */
export interface Weather {
  /** A connection is cut after this many bytes from the hub. */
  cutAfterBytes?: number;
  /** Every piece waits this long, milliseconds. */
  delayMs?: number;
  /** From the hub, per connection. */
  bytesPerSecond?: number;
  /** Bytes are flipped in the bodies of this many responses that carry content of files. */
  corruptResponses?: number;
  /** New connections get `503 Service Unavailable` for their first request, and are closed. */
  unavailable?: boolean;
}

export interface NetworkProxy {
  readonly url: string;
  /** What changes from now on; connections that are open feel it too. */
  weather: Weather;
  readonly connectionsCut: number;
  readonly responsesCorrupted: number;
  /** Connections open now. */
  readonly open: number;
  /** Resets every open connection. */
  cut(): void;
  /** Open connections go half-open: both ends think they stand, and nothing crosses any more. New ones work. */
  swallow(): void;
}

interface Pair {
  client: Socket;
  hub: Socket;
  swallowed: boolean;
  fromHub: number;
}

/** `target.port` may become known later: it is read for every connection. */
export async function runProxy(scope: Scope, target: { port: number }): Promise<NetworkProxy> {
  const pairs = new Set<Pair>();
  const counts = { cut: 0, corrupted: 0 };
  let weather: Weather = {};
  const server = createServer({ pauseOnConnect: false }, (client) => {
    if (weather.unavailable) return refuse(client);
    const hub = connect({ port: target.port, host: '127.0.0.1' });
    const pair: Pair = { client, hub, swallowed: false, fromHub: 0 };
    pairs.add(pair);
    carry(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function end(pair: Pair): void {
    pairs.delete(pair);
    pair.client.destroy();
    pair.hub.destroy();
  }

  function carry(pair: Pair): void {
    const { client, hub } = pair;
    const methods: string[] = [];
    const requests = new HttpFrames({
      head(text) {
        methods.push(text.slice(0, text.indexOf(' ')));
        return { body: true };
      },
      body: () => {},
    });
    let corrupting = false;
    const responses = new HttpFrames({
      head(text) {
        const method = methods.shift();
        const status = Number(text.slice(9, 12));
        corrupting = (weather.corruptResponses ?? 0) > 0 && /^repr-digest:/im.test(text);
        if (corrupting) {
          weather = { ...weather, corruptResponses: (weather.corruptResponses ?? 0) - 1 };
          counts.corrupted += 1;
        }
        return { body: method !== 'HEAD' && status !== 204 && status !== 304 };
      },
      body(bytes) {
        if (!corrupting) return;
        const at = Math.floor(bytes.length / 2);
        bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
      },
    });
    client.on('data', (bytes: Buffer) => {
      if (pair.swallowed) return;
      requests.feed(bytes);
      void pass(pair, client, hub, bytes);
    });
    hub.on('data', (bytes: Buffer) => {
      if (pair.swallowed) return;
      responses.feed(bytes);
      pair.fromHub += bytes.length;
      void pass(pair, hub, client, bytes);
      if (weather.cutAfterBytes !== undefined && pair.fromHub > weather.cutAfterBytes) {
        counts.cut += 1;
        end(pair);
      }
    });
    for (const socket of [client, hub]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      // A swallowed pair tells nobody that the other side has gone.
      socket.on('close', () => {
        if (!pair.swallowed) end(pair);
      });
    }
  }

  async function pass(pair: Pair, from: Socket, to: Socket, bytes: Buffer): Promise<void> {
    const { delayMs = 0, bytesPerSecond } = weather;
    const pauseMs = delayMs + (bytesPerSecond === undefined || from !== pair.hub ? 0 : (bytes.length * 1000) / bytesPerSecond);
    if (pauseMs > 0) {
      from.pause();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (pair.swallowed || to.destroyed) return;
      from.resume();
    }
    if (!to.write(bytes)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  }

  scope.onEnd(() => close(server, pairs, end));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get weather() {
      return weather;
    },
    set weather(next) {
      weather = next;
    },
    get connectionsCut() {
      return counts.cut;
    },
    get responsesCorrupted() {
      return counts.corrupted;
    },
    get open() {
      return pairs.size;
    },
    cut() {
      for (const pair of [...pairs]) end(pair);
    },
    swallow() {
      for (const pair of pairs) pair.swallowed = true;
    },
  };
}

/** Answers the first request without a hub. */
function refuse(client: Socket): void {
  client.on('error', () => {});
  client.once('data', () => client.end('HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'));
}

function close(server: Server, pairs: Set<Pair>, end: (pair: Pair) => void): Promise<void> {
  for (const pair of [...pairs]) end(pair);
  return new Promise((resolve) => server.close(() => resolve()));
}

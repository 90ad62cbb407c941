// How application servers tell a live-progress server of their updates: through the SDK to a hub, in batches of the same delay and size to a peer.
import { createHubReporter, type RunningStep } from '@relevo/progress/report';
import type { LiveHub, LiveServer, Update } from './live-servers.ts';

export interface Teller {
  /** Tells how far operation `n` is; it may travel with others. */
  tell(n: number, progress: number, message: string): void;
  /** Resolves when everything told was taken. */
  flush(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The one step that each operation has. */
const step = 'copy';
/** As the SDK has them. */
const batchDelayMs = 20;
const batchMax = 250;

/** Begins the operations through `reporters` instances of the SDK, whose operations they share out. */
export async function tellHub({ url, apiKey }: LiveHub, operationIds: readonly string[], reporters: number): Promise<Teller> {
  const onProblem = ({ code, message }: { code: string; message: string }) => process.stderr.write(`a reporter was told ${code}: ${message}\n`);
  const sdk = Array.from({ length: reporters }, () => createHubReporter({ url, apiKey, onProblem }));
  const over = Promise.withResolvers<void>();
  const steps: RunningStep[] = [];
  const runs = operationIds.map((id, n) =>
    sdk[n % reporters]?.operation({ id, kind: 'bench', title: 'Copy' }).run((operation) =>
      operation.step(step, (running) => {
        steps[n] = running;
        return over.promise;
      }),
    ),
  );
  const flush = () => Promise.all(sdk.map((each) => each.flush()));
  await flush();
  return {
    tell: (n, progress, message) => steps[n]?.progress(progress, message),
    flush,
    async close() {
      over.resolve();
      await Promise.all(runs);
      await Promise.all(sdk.map((each) => each.close()));
    },
  };
}

/** Tells a peer through `tellers` clients, each with one request at a time. */
export function tellPeer(server: LiveServer, operationIds: readonly string[], tellers: number): Teller {
  const clients = Array.from({ length: tellers }, () => new BatchingClient(server));
  return {
    tell: (n, progress, message) => clients[n % tellers]?.add({ operation_id: operationIds[n] ?? '', step, message, progress }),
    flush: () => Promise.all(clients.map((client) => client.idle)),
    close: () => Promise.all(clients.map((client) => client.idle)),
  };
}

class BatchingClient {
  /** Resolves when all that was added has been taken. */
  idle: Promise<void> = Promise.resolve();
  readonly #server: LiveServer;
  #waiting: Update[] = [];
  #isSending = false;

  constructor(server: LiveServer) {
    this.#server = server;
  }

  add(update: Update): void {
    this.#waiting.push(update);
    if (!this.#isSending) this.idle = this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      if (this.#waiting.length < batchMax) await new Promise((resolve) => setTimeout(resolve, batchDelayMs));
      await this.#server.publish(this.#waiting.splice(0, batchMax));
    }
    this.#isSending = false;
  }
}

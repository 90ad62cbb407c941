// A TCP proxy that cuts connections after so many bytes, for the tests of what must go on afterwards.
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  url: string;
  /** How many connections were cut. */
  cuts: () => number;
  /** Bytes that pass to the hub, or from it, before a connection is cut; Infinity lets them pass. */
  limits: { toHub: number; fromHub: number };
  stop(): Promise<void>;
}

export async function cuttingProxy(hubPort: number): Promise<CuttingProxy> {
  const limits = { toHub: Number.POSITIVE_INFINITY, fromHub: Number.POSITIVE_INFINITY };
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const hub = connect(hubPort, '127.0.0.1');
    const end = () => {
      client.destroy();
      hub.destroy();
    };
    pass(client, hub, () => limits.toHub);
    pass(hub, client, () => limits.fromHub);
    for (const socket of [client, hub]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    function pass(from: Socket, to: Socket, limit: () => number): void {
      let passed = 0;
      from.on('data', (chunk) => {
        passed += chunk.length;
        if (passed > limit()) {
          cuts += 1;
          return end();
        }
        if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => from.resume());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    cuts: () => cuts,
    limits,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

// A WebSocket client for tests: keeps every message, and waits for the one or the close that is expected.

export interface TestSocket {
  /** Every message so far, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  readonly messages: any[];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sends text as it is, anything else as JSON. */
  send(message: unknown): void;
  /** The first message, past or future, for which `wanted` is true. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  next(wanted: (message: any) => boolean): Promise<any>;
  close(): void;
}

export async function openTestSocket(url: string, path: string, headers: Record<string, string>): Promise<TestSocket> {
  // The DOM's type knows no headers; Bun's client takes them.
  const socket = new WebSocket(url.replace(/^http/, 'ws') + path, { headers } as unknown as string[]);
  const messages: unknown[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
  socket.onmessage = ({ data }) => {
    messages.push(JSON.parse(String(data)));
    for (const look of [...waiting]) look();
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`${path} was refused`));
  });
  return {
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          const found = messages.find(wanted);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => socket.close(),
  };
}

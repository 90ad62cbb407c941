// Chromium driven by nothing but the commands it is given. Playwright has DevTools tell it of the network, so that the browser's own process hands on
// every message of a page a second time, payload and all: at thousands a second it is that which is measured.
import { join } from 'node:path';
import { chromiumArgs, chromiumPath } from '@relevo/e2e/browser';
import type { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';
import type { CDPSession } from 'playwright-core';

/** A command of the DevTools protocol and its answer. */
type Send = CDPSession['send'];

export interface BarePage {
  send: Send;
  /** What a function gives that runs in the page and sees nothing but it. @throws what it throws */
  evaluate<T>(question: () => T | Promise<T>): Promise<T>;
}

export interface BareBrowser {
  send: Send;
  /** Events of the browser itself. */
  on(event: string, listener: (params: unknown) => void): void;
  /** Goes to `url` in a new page; `first` runs there before its own scripts. */
  open(url: string, first: () => void): Promise<BarePage>;
}

/** As Playwright has it: a page keeps its pace whether it is looked at or not, and the browser asks nothing of the world. */
const unattendedArgs = [
  '--headless',
  '--window-size=1280,860',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-breakpad',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-field-trial-config',
  '--force-color-profile=srgb',
  '--metrics-recording-only',
  '--password-store=basic',
];

export async function startBareChromium(scope: Scope): Promise<BareBrowser> {
  const profile = await scope.folder();
  const command = [chromiumPath, ...chromiumArgs, ...unattendedArgs, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const chromium = Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore' });
  scope.onEnd(async () => {
    chromium.kill();
    await chromium.exited;
  });
  const [port, path] = await until('Chromium takes commands', async () => {
    const lines = (await Bun.file(join(profile, 'DevToolsActivePort')).text()).split('\n');
    return lines.length === 2 && lines;
  });
  const wire = await connect(`ws://127.0.0.1:${port}${path}`);
  return {
    send: wire.sendTo(),
    on: (event, listener) => void wire.listeners.set(event, listener),
    async open(url, first) {
      const { targetId } = await wire.sendTo()('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await wire.sendTo()('Target.attachToTarget', { targetId, flatten: true });
      const send = wire.sendTo(sessionId);
      await send('Page.enable');
      await send('Page.addScriptToEvaluateOnNewDocument', { source: `(${first})()` });
      await send('Page.navigate', { url });
      return {
        send,
        async evaluate(question) {
          const { result, exceptionDetails } = await send('Runtime.evaluate', { expression: `(${question})()`, awaitPromise: true, returnByValue: true });
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
          return result.value;
        },
      };
    },
  };
}

interface Answer {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/** One WebSocket for the browser and its pages, told apart by the session. */
async function connect(url: string): Promise<{ sendTo(sessionId?: string): Send; listeners: Map<string, (params: unknown) => void> }> {
  const socket = new WebSocket(url);
  const listeners = new Map<string, (params: unknown) => void>();
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const { id, method, params, result, error }: Answer = JSON.parse(String(data));
    if (method !== undefined) listeners.get(method)?.(params);
    if (id === undefined) return;
    const answer = asked.get(id);
    asked.delete(id);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result);
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onclose = () => {
      const gone = new Error('Chromium has hung up');
      reject(gone);
      for (const answer of asked.values()) answer.reject(gone);
    };
  });
  return {
    listeners,
    sendTo(sessionId) {
      const send = (method: string, params?: object) => {
        const answer = Promise.withResolvers<unknown>();
        asked.set(++lastId, answer);
        socket.send(JSON.stringify({ id: lastId, sessionId, method, params }));
        return answer.promise;
      };
      return send as Send;
    },
  };
}

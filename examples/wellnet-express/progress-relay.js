// Puts the hub's progress socket at this server's own address: the page keeps its URL and its session, and never sees the API key.
import { WebSocket, WebSocketServer } from 'ws';

/** What a page may say before the hub has answered, messages. */
const waitingMax = 100;

/**
 * @param {import('node:http').Server} server
 * @param {{hubUrl: string, apiKey: string, userOf: (cookie?: string) => {userId: number} | undefined}} options
 */
export function relayProgress(server, { hubUrl, apiKey, userOf }) {
  const pages = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const user = userOf(request.headers.cookie);
    const isOwnPage = request.headers.origin === undefined || new URL(request.headers.origin).host === request.headers.host;
    if (url.pathname !== '/ws/progress') return refuse(socket, '404 Not Found');
    if (!user) return refuse(socket, '401 Unauthorized');
    if (!isOwnPage || Number(url.searchParams.get('userId')) !== user.userId) return refuse(socket, '403 Forbidden');
    pages.handleUpgrade(request, socket, head, (page) => relay(page, user.userId));
  });

  function relay(page, userId) {
    const hub = new WebSocket(`${hubUrl.replace(/^http/, 'ws')}/ws/progress?userId=${userId}`, { headers: { authorization: `Bearer ${apiKey}` } });
    const waiting = [];
    page.on('message', (text) => {
      if (hub.readyState === WebSocket.OPEN) hub.send(text.toString());
      else if (waiting.push(text.toString()) > waitingMax) page.close(4429, 'too much');
    });
    hub.on('open', () => {
      for (const text of waiting.splice(0)) hub.send(text);
    });
    hub.on('message', (text) => page.send(text.toString()));
    // A page that loses its hub comes back, and asks again for what it watched.
    hub.on('close', (code, reason) => page.close(code >= 4000 ? code : 1001, reason.toString()));
    hub.on('error', () => page.close(1001, 'the hub is away'));
    page.on('close', () => hub.close());
    page.on('error', () => hub.close());
  }

  return {
    close() {
      for (const page of pages.clients) page.close(1001);
    },
  };
}

function refuse(socket, status) {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

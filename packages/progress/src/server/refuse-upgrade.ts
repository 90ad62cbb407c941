// Answers an upgrade that is refused: the status before any WebSocket, as `application/problem+json` (RFC 9457), and the end of the connection.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCodes } from '@relevo/protocol';
import type { Refused } from './admit-watcher.ts';

export function refuseUpgrade(socket: Duplex, { code, detail, retryAfterSeconds }: Refused): void {
  const { status, title } = errorCodes[code];
  const body = JSON.stringify({ type: `urn:relevo:error:${code}`, title, status, code, detail: detail ?? title });
  answerAndClose(socket, status, { 'content-type': 'application/problem+json', ...(retryAfterSeconds && { 'retry-after': String(retryAfterSeconds) }) }, body);
}

/** Writes a whole answer to a connection that asked for an upgrade, and ends it. */
export function answerAndClose(socket: Duplex, status: number, headers: Record<string, string>, body: string): void {
  const lines = Object.entries({ ...headers, connection: 'close', 'cache-control': 'no-store', 'content-length': String(Buffer.byteLength(body)) });
  socket.on('error', () => {});
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

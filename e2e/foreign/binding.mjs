// A server with the SDK's binding, for the tests: users by a header, reports by POST. Runs on Node, where it uses the built package, and on Bun.
import { createServer } from 'node:http';
import { ProgressManager } from '@relevo/progress/report';
import { attachProgress } from '@relevo/progress/server';

const manager = new ProgressManager();
const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  const { user_id: userId, id: operationId, step, status, message, progress: percent, count } = JSON.parse(text || '{}');
  if (request.url === '/begin') manager.startOperation(userId, operationId);
  else if (request.url === '/report') manager.updateStep({ userId, operationId }, step, status, message ?? '', percent);
  else if (request.url === '/flood') for (let sent = 0; sent < count; sent++) manager.updateStep({ userId, operationId }, 'a', 'error', 'x'.repeat(1000));
  else if (request.url === '/end') manager.completeOperation({ userId, operationId });
  else if (request.url === '/sign-out') progress.closeSession(userId);
  else response.statusCode = 404;
  response.end();
});
const progress = attachProgress(server, {
  manager,
  authenticate: (request) => {
    const userId = Number(request.headers['x-user']);
    return userId > 0 ? { userId, isAdmin: userId === 1, session: 'a session' } : undefined;
  },
  connectionsPerUserMax: 20,
  bufferMaxBytes: 64 * 1024,
  slowMaxMs: 500,
});
// Another listener's socket is none of the binding's business.
server.on('upgrade', (request, socket) => {
  if (request.url === '/other') socket.end('HTTP/1.1 418 Another listener\r\n\r\n');
});
process.on('SIGTERM', async () => {
  await progress.close();
  server.close();
  server.closeAllConnections?.();
  await manager.close();
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));

// The package `ws` on Node, with the least that a server of live progress needs around it: who watches what, and one encoding per event.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { announce, readJson } from './http.mjs';

/** Sockets by the operation they watch. */
const watchers = new Map();

const http = createServer(async (request, response) => {
  for (const event of await readJson(request)) {
    const text = JSON.stringify(event);
    for (const socket of watchers.get(event.operation_id) ?? []) socket.send(text);
  }
  response.writeHead(204).end();
});
new WebSocketServer({ server: http }).on('connection', (socket) => {
  const watched = new Set();
  socket.on('message', (data) => {
    const { operation_id: id } = JSON.parse(data);
    watched.add(id);
    watchers.set(id, (watchers.get(id) ?? new Set()).add(socket));
    socket.send('{"watching":true}');
  });
  socket.on('close', () => {
    for (const id of watched) {
      watchers.get(id)?.delete(socket);
      if (watchers.get(id)?.size === 0) watchers.delete(id);
    }
  });
});
announce(http);

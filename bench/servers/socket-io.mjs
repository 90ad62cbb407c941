// Socket.IO on Node as its documentation builds it: a room per operation, every published event emitted to its room.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce, readJson } from './http.mjs';

const http = createServer(async (request, response) => {
  for (const event of await readJson(request)) io.to(event.operation_id).emit('update', event);
  response.writeHead(204).end();
});
// Off unless asked for, as in Socket.IO itself: it keeps every packet of the last two minutes.
const io = new Server(http, process.argv.includes('--recovery') ? { connectionStateRecovery: {} } : {});
io.on('connection', (socket) => {
  socket.on('start_operation', (id) => {
    socket.join(id);
    socket.emit('watching', id);
  });
});
announce(http);

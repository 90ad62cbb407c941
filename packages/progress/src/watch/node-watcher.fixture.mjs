// For tests: a program on the machine's own Node that watches operation `a` through the package as it is published, and prints what it sees.
//
//   node node-watcher.fixture.mjs <address of the hub>
import { createWatcher } from '@relevo/progress/watch';
import { WebSocket } from 'ws';

const watcher = createWatcher({ base: process.argv[2], userId: 7, WebSocket, delayMinMs: 5, delayMaxMs: 10 });
watcher.connection.subscribe(() => {
  const { state, via } = watcher.connection.getSnapshot();
  if (state === 'connected') console.log(via);
});
for await (const { seq } of watcher.watchOperation('a')) console.log(seq);
watcher.close();

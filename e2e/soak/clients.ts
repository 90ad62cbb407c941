// The clients of a bad day, each from its coming to its going: those who cut, those who stop half way, those who do not read, those who lie.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { frame, opcodes, RawClient, textFrame } from '../foreign/raw-client.ts';
import type { Session } from '../harness/session.ts';
import { type Kind, type Life, pause } from './churn.ts';
import type { Work } from './work.ts';

interface World {
  session: Session;
  work: Work;
  random: () => number;
}

/** The kinds of clients and how many of each live at once. */
export function badDay(world: World): Kind[] {
  return [
    { name: 'watchers that come, resume and are cut', count: 60, live: passingWatcher(world) },
    { name: 'half handshakes', count: 20, live: halfHandshake(world) },
    { name: 'hostile frames', count: 15, live: hostileFrames(world) },
    { name: 'readers that do not read', count: 6, live: slowReader(world) },
    { name: 'event streams that are left', count: 10, live: leftStream(world) },
    { name: 'uploads that break off', count: 4, live: brokenUpload(world) },
    { name: 'ids that nobody ever works on', count: 5, live: squatter(world) },
  ];
}

function open({ session }: World): Promise<RawClient> {
  return RawClient.open(session.url, `/ws/progress?userId=${session.userId}`, { cookie: session.cookie });
}

function passingWatcher(world: World): Life {
  return async (leaving) => {
    const { random, work } = world;
    const client = await open(world);
    const count = 1 + Math.floor(random() * 3);
    for (let index = 0; index < count; index += 1) {
      const after = random() < 0.5 ? {} : { after: Math.floor(random() * 40) };
      client.write(textFrame({ type: 'start_operation', operation_id: work.anyId(), ...after }));
    }
    await pause(random() * 3_000, leaving);
    // Without a word, as a train in a tunnel.
    client.end();
  };
}

function halfHandshake({ session, random }: World): Life {
  return async (leaving) => {
    const { hostname, port, host } = new URL(session.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    const whole = `GET /ws/progress?userId=${session.userId} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\ncookie: ${session.cookie}\r\n\r\n`;
    socket.write(whole.slice(0, Math.floor(random() * whole.length)));
    await pause(random() * 4_000, leaving);
    socket.destroy();
  };
}

function hostileFrames(world: World): Life {
  const { random } = world;
  const frames: (() => Uint8Array)[] = [
    () => randomBytes(64),
    () => frame({ opcode: opcodes.text, payload: '{', masked: false }),
    () => frame({ opcode: opcodes.text, payload: randomBytes(200) }),
    () => frame({ opcode: opcodes.text, payload: 'x'.repeat(70_000) }),
    () => frame({ opcode: opcodes.text, payload: '', claimedLength: 2 ** 40, lengthBits: 64 }),
    () => frame({ opcode: opcodes.text, payload: '{}', reserved: 1 + Math.floor(random() * 7) }),
    () => frame({ opcode: 0x3 + Math.floor(random() * 5), payload: 'x' }),
    () => frame({ opcode: opcodes.ping, payload: 'x'.repeat(126) }),
    () => frame({ opcode: opcodes.continuation, payload: 'x' }),
    () => frame({ opcode: opcodes.text, payload: 'never finished', fin: false }),
    () => Buffer.concat(Array.from({ length: 40 }, () => frame({ opcode: opcodes.text, payload: 'no JSON' }))),
    () => frame({ opcode: opcodes.close, payload: Buffer.of(0x03) }),
  ];
  return async (leaving) => {
    const client = await open(world);
    client.write((frames[Math.floor(random() * frames.length)] ?? (() => randomBytes(8)))());
    await Promise.race([client.closed(), pause(1_000, leaving)]);
    client.end();
  };
}

function slowReader(world: World): Life {
  return async (leaving) => {
    const client = await open(world);
    client.write(textFrame({ type: 'watch', scope: 'user' }));
    client.pause();
    await pause(5_000 + world.random() * 10_000, leaving);
    client.end();
  };
}

function leftStream({ session, work, random }: World): Life {
  return async (leaving) => {
    const aborter = new AbortController();
    const response = await session.send('GET', `/api/operations/${work.anyId()}/events`, { signal: aborter.signal });
    await pause(random() * 2_000, leaving);
    aborter.abort();
    await response.body?.cancel().catch(() => {});
  };
}

function brokenUpload({ session, random }: World): Life {
  return async (leaving) => {
    const { hostname, port, host } = new URL(session.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    const head = `POST /api/files?name=broken.bin HTTP/1.1\r\nhost: ${host}\r\norigin: ${session.url}\r\ncookie: ${session.cookie}\r\ncontent-length: 1000000\r\n\r\n`;
    socket.write(head);
    socket.write(Buffer.alloc(Math.floor(random() * 900_000)));
    await pause(500 + random() * 1_000, leaving);
    socket.destroy();
  };
}

function squatter(world: World): Life {
  return async (leaving) => {
    const client = await open(world);
    client.write(textFrame({ type: 'start_operation', operation_id: `nobody-${crypto.randomUUID()}` }));
    await pause(1_000 + world.random() * 1_000, leaving);
    client.end();
  };
}

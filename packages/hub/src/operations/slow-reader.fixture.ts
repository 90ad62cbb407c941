// Reads the frames of a raw socket to the hub, and says what is wrong with a sequence of events.
import type { Socket } from 'node:net';

interface Seen {
  operation_id: string;
  seq: number;
  status?: string;
  snapshot?: boolean;
  step?: string;
  state?: string;
}

/** The messages of a server's unmasked text frames, as they come from now on; `onClose` is given the code of a close frame. */
export function readFrames(socket: Socket, onClose: (code: number) => void = () => {}): Seen[] {
  const seen: Seen[] = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data as Buffer]);
    for (;;) {
      if (rest.length < 4) return;
      const short = (rest[1] ?? 0) & 0x7f;
      const headerBytes = short === 126 ? 4 : 2;
      const length = short === 126 ? rest.readUInt16BE(2) : short;
      if (rest.length < headerBytes + length) return;
      const kind = (rest[0] ?? 0) & 0x0f;
      if (kind === 8) onClose(rest.readUInt16BE(headerBytes));
      if (kind === 1) seen.push(JSON.parse(rest.subarray(headerBytes, headerBytes + length).toString()));
      rest = rest.subarray(headerBytes + length);
    }
  });
  return seen;
}

/** Where numbers do not go up by one, snapshots aside. */
export function faultsOf(events: readonly Pick<Seen, 'seq' | 'snapshot'>[]): string[] {
  const faults: string[] = [];
  let last = 0;
  for (const { seq, snapshot } of events) {
    if (!snapshot && seq !== last + 1) faults.push(`${seq} after ${last}`);
    last = Math.max(last, seq);
  }
  return faults;
}

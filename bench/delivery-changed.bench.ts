// The next version of a file to an agent that holds the one before: against rsync with its delta algorithm, and against a whole delivery; in time and in bytes sent.
import { randomBytes } from 'node:crypto';
import { copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runAgent } from '@relevo/e2e/agent';
import { randomFile, sha256OfFile } from '@relevo/e2e/bytes';
import { untilEnded, upload } from '@relevo/e2e/deliveries';
import { runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { cpuSeconds, type Figures, ratioOf, report, takeTurns } from './measure.ts';
import { startRsync } from './peers.ts';
import { settleDisk, timed } from './shell.ts';
import { timedDelivery } from './timed-delivery.ts';

const MiB = 1024 ** 2;
const fileBytes = 1024 * MiB;
const rounds = 5;
const names = { changed: 'relevo, older version held', whole: 'relevo, nothing held', rsync: 'rsync --no-whole-file, fsync' };

/** Inserted near the beginning, so that everything behind it moves. */
const insertedAt = 3 * MiB + 12_345;
const inserted = 'one line that was not there before\n';
/** Where bytes are replaced by as many others. */
const overwritten = [100, 101, 340, 341, 777].map((at) => at * MiB + 4321);
const overwrittenBytes = 4096;

const scope = new Scope();
try {
  const folder = await scope.folder();
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  await randomFile(before, fileBytes);
  await change(before, after);
  const sha256 = await sha256OfFile(after);
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const [older, newer] = [await uploaded(before), await uploaded(after)];
  const rsync = await startRsync(scope, folder);
  const out = join(folder, 'out');
  const held = join(agent.filesDir, 'file');

  /** Both versions have one name, and are described before anything is measured. */
  async function uploaded(path: string): Promise<{ id: string; manifestBytes: number }> {
    const { id } = await upload(hub.admin, 'file', Bun.file(path));
    const manifest = await hub.admin.send('GET', `/api/files/${id}/manifest`);
    return { id, manifestBytes: (await manifest.arrayBuffer()).byteLength };
  }

  /** Bytes of file contents that the hub has answered. */
  async function contentSent(): Promise<number> {
    const metrics = await (await hub.admin.send('GET', '/metrics')).text();
    return Number(/^relevo_transfer_bytes_total\{direction="out"\} (\S+)$/m.exec(metrics)?.[1]);
  }

  async function byRelevo(): Promise<Figures> {
    const sentBefore = await contentSent();
    const { seconds, cpu } = await timedDelivery(hub, agent, newer.id);
    const sent = (await contentSent()) - sentBefore + newer.manifestBytes;
    if ((await sha256OfFile(held)) !== sha256) throw new Error('the delivered file is not the one that was sent');
    return { seconds, 'sent MB': sent / 1e6, 'CPU s': cpu };
  }

  async function byRsync(): Promise<Figures> {
    const serverBefore = await cpuSeconds(rsync.pid);
    const { seconds, cpuSeconds: cpuOfClient, output } = await timed(`rsync --no-whole-file --stats ${rsync.url}/after ${out}\nsync ${out}`);
    const cpu = cpuOfClient + (await cpuSeconds(rsync.pid)) - serverBefore;
    const both = [...output.matchAll(/^Total bytes (?:sent|received): ([\d,]+)$/gm)].map(([, bytes = '']) => Number(bytes.replaceAll(',', '')));
    if ((await sha256OfFile(out)) !== sha256) throw new Error('rsync made another file');
    return { seconds, 'sent MB': both.reduce((sum, bytes) => sum + bytes, 0) / 1e6, 'CPU s': cpu };
  }

  async function holdOlder(): Promise<void> {
    await timedDelivery(hub, agent, older.id);
    await settleDisk(folder);
  }

  async function holdNothing(): Promise<void> {
    const answer = await hub.admin.send('DELETE', `/api/agents/${agent.id}/files/file`);
    if (answer.ok) await untilEnded(hub.admin, (await answer.json()).operation_id);
    await settleDisk(folder);
  }

  async function copyOlder(): Promise<void> {
    await rm(out, { force: true });
    await copyFile(before, out);
    await settleDisk(folder);
  }

  const results = await takeTurns(
    [
      { name: names.changed, prepare: holdOlder, run: byRelevo },
      { name: names.whole, prepare: holdNothing, run: byRelevo },
      { name: names.rsync, prepare: copyOlder, run: byRsync },
    ],
    rounds,
  );
  const title = `1 GiB with ${inserted.length} bytes inserted and ${overwritten.length} times ${overwrittenBytes} overwritten, over loopback; medians of ${rounds} rounds`;
  await report('delivery-changed', title, results, [
    { name: 'bytes sent, older version held ÷ nothing held', ratio: ratioOf(results, 'sent MB', names.changed, names.whole), better: 'lower', aim: 0.02 },
    // Its blocks are the square root of the file, 32 KiB; a chunk is a megabyte, whatever the file.
    { name: 'bytes sent, relevo ÷ rsync', ratio: ratioOf(results, 'sent MB', names.changed, names.rsync), better: 'lower', aim: 32 },
    { name: 'time, relevo ÷ rsync', ratio: ratioOf(results, 'seconds', names.changed, names.rsync), better: 'lower', aim: 1 },
    {
      name: 'time, older version held ÷ nothing held, with a network that takes none',
      ratio: ratioOf(results, 'seconds', names.changed, names.whole),
      better: 'lower',
      aim: 1.1,
    },
  ]);
} finally {
  await scope.end();
}

/** Writes to `to` what becomes of `from`. */
async function change(from: string, to: string): Promise<void> {
  await timed(`(head -c ${insertedAt} ${from}; printf '%s\\n' '${inserted.trimEnd()}'; tail -c +${insertedAt + 1} ${from}) > ${to}`);
  const file = await open(to, 'r+');
  for (const at of overwritten) await file.write(randomBytes(overwrittenBytes), 0, overwrittenBytes, at);
  await file.close();
}

// Delivery hub → agent, from the request to the completed event, against the same bytes brought by curl and by rsync, hashed and fsynced.
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runAgent } from '@relevo/e2e/agent';
import { randomFile } from '@relevo/e2e/bytes';
import { untilEnded, upload } from '@relevo/e2e/deliveries';
import { runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { cpuSeconds, type Figures, ratioOf, report, takeTurns } from './measure.ts';
import { startNginx, startRsync } from './peers.ts';
import { settleDisk, timed } from './shell.ts';
import { timedDelivery } from './timed-delivery.ts';

const fileBytes = 1024 ** 3;
const rounds = 5;
const names = { ours: 'relevo delivery', curl: 'curl | tee | openssl, fsync', rsync: 'rsync, openssl, fsync' };

const scope = new Scope();
try {
  const folder = await scope.folder();
  const sha256 = await randomFile(join(folder, 'file'), fileBytes);
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const file = await upload(hub.admin, 'file', Bun.file(join(folder, 'file')));
  // Described once after the upload, in the background; a delivery does not wait for it but in that first moment.
  await hub.admin.ask('GET', `/api/files/${file.id}/manifest`);
  const nginx = await startNginx(scope, folder);
  const rsync = await startRsync(scope, folder);
  const out = join(folder, 'out');

  async function bySystem(fetch: string, serverPid: number): Promise<Figures> {
    const serverBefore = await cpuSeconds(serverPid);
    const { seconds, cpuSeconds: cpuOfClient, output } = await timed(`${fetch}\nsync ${out}`);
    const cpu = cpuOfClient + (await cpuSeconds(serverPid)) - serverBefore;
    if (!output.includes(sha256)) throw new Error(`${fetch}: the bytes are not those that were sent`);
    return { seconds, 'MB/s': fileBytes / 1e6 / seconds, 'CPU s': cpu };
  }

  async function byRelevo(): Promise<Figures> {
    const { seconds, cpu } = await timedDelivery(hub, agent, file.id);
    if ((await stat(join(agent.filesDir, 'file'))).size !== fileBytes) throw new Error('the delivered file has another size');
    return { seconds, 'MB/s': fileBytes / 1e6 / seconds, 'CPU s': cpu };
  }

  async function deleteOnAgent(): Promise<void> {
    const answer = await hub.admin.send('DELETE', `/api/agents/${agent.id}/files/file`);
    if (answer.ok) await untilEnded(hub.admin, (await answer.json()).operation_id);
    await settleDisk(folder);
  }

  async function deleteOut(): Promise<void> {
    await rm(out, { force: true });
    await settleDisk(folder);
  }

  const results = await takeTurns(
    [
      { name: names.ours, prepare: deleteOnAgent, run: byRelevo },
      { name: names.curl, prepare: deleteOut, run: () => bySystem(`curl -sSf ${nginx.url}/file | tee ${out} | openssl dgst -sha256`, nginx.pid) },
      { name: names.rsync, prepare: deleteOut, run: () => bySystem(`rsync ${rsync.url}/file ${out}\nopenssl dgst -sha256 ${out}`, rsync.pid) },
    ],
    rounds,
  );
  await report('delivery', `Delivery of 1 GiB over loopback, verified and on the disk; medians of ${rounds} rounds`, results, [
    { name: 'speed, relevo ÷ curl | tee | openssl', ratio: ratioOf(results, 'MB/s', names.ours, names.curl), better: 'higher', aim: 1 },
    { name: 'speed, relevo ÷ rsync then openssl', ratio: ratioOf(results, 'MB/s', names.ours, names.rsync), better: 'higher', aim: 1 },
  ]);
} finally {
  await scope.end();
}

// Download through the hub against nginx with sendfile, the same client: throughput, and processor time of the server per gigabyte.
import { join } from 'node:path';
import { randomFile } from '@relevo/e2e/bytes';
import { upload } from '@relevo/e2e/deliveries';
import { runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { cpuSeconds, type Figures, ratioOf, report, takeTurns } from './measure.ts';
import { startNginx } from './peers.ts';
import { timed } from './shell.ts';

const fileBytes = 1024 ** 3;
const downloadsInARow = 4;
const rounds = 5;
const names = { ours: 'relevo hub', nginx: 'nginx sendfile' };

const scope = new Scope();
try {
  const folder = await scope.folder();
  await randomFile(join(folder, 'file'), fileBytes);
  const hub = await runHub(scope);
  const file = await upload(hub.admin, 'file', Bun.file(join(folder, 'file')));
  // The hub has another thread that describes the file: it is to be done before anything is measured.
  await hub.admin.ask('GET', `/api/files/${file.id}/manifest`);
  const nginx = await startNginx(scope, folder);

  async function download(url: string, pid: number, headers = ''): Promise<Figures> {
    const cpuBefore = await cpuSeconds(pid);
    const one = `curl -sSf ${headers} -o /dev/null -w '%{size_download}\\n' ${url}`;
    const { seconds, output } = await timed(Array(downloadsInARow).fill(one).join('\n'));
    const bytes = output
      .trim()
      .split('\n')
      .reduce((sum, line) => sum + Number(line), 0);
    if (bytes !== downloadsInARow * fileBytes) throw new Error(`${url} gave ${bytes} bytes`);
    const cpu = (await cpuSeconds(pid)) - cpuBefore;
    return { 'MB/s': bytes / 1e6 / seconds, 'CPU s/GB': cpu / (bytes / 1e9) };
  }

  const results = await takeTurns(
    [
      { name: names.ours, run: () => download(`${hub.url}/api/files/${file.id}/content`, hub.pid, `-H 'cookie: ${hub.admin.cookie}'`) },
      { name: names.nginx, run: () => download(`${nginx.url}/file`, nginx.pid) },
    ],
    rounds,
  );
  await report('download', `Download of 1 GiB over loopback, curl, ${downloadsInARow} in a row; medians of ${rounds} rounds`, results, [
    { name: 'throughput, relevo ÷ nginx', ratio: ratioOf(results, 'MB/s', names.ours, names.nginx), better: 'higher', aim: 0.95 },
    { name: 'CPU per GB, relevo ÷ nginx', ratio: ratioOf(results, 'CPU s/GB', names.ours, names.nginx), better: 'lower', aim: 1.3 },
  ]);
} finally {
  await scope.end();
}

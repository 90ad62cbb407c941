// A disk that is full before or during a transfer: a filesystem of a few megabytes, mounted for the test.
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, openBench, quick, testTimeoutMs } from '../agent.fixture.ts';

const MiB = 1024 ** 2;
setDefaultTimeout(testTimeoutMs);

let bench: Bench;
let mounted: string;
let agent: Bun.Subprocess | undefined;

beforeEach(() => {
  bench = openBench();
  mounted = mkdtempSync(join(tmpdir(), 'relevo-small-disk-'));
});

afterEach(async () => {
  agent?.kill('SIGKILL');
  await agent?.exited;
  await bench.close();
  rmSync(mounted, { recursive: true, force: true });
});

/**
 * An agent whose FILES_DIR is a filesystem of `size` bytes. It is mounted in a namespace of the agent alone, so no right of the
 * machine is needed and nothing has to be unmounted; `ballast` is a file that another program keeps there.
 */
async function startOnSmallDisk(size: number, ballast: number): Promise<void> {
  const script = 'mount -t tmpfs -o size="$1" tmpfs "$2" && head -c "$3" /dev/zero > "$2/ballast" && shift 3 && exec "$@"';
  const command = [process.execPath, join(import.meta.dir, '../agent-process.fixture.ts')];
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  agent = Bun.spawn(['unshare', ...namespace, 'sh', '-c', script, 'sh', String(size), mounted, String(ballast), ...command], {
    env: { ...process.env, ...quick, SERVER_URL: bench.hub.url, AGENT_DATA_DIR: bench.dataDir, FILES_DIR: mounted },
    stdout: 'ignore',
    stderr: 'inherit',
  });
  await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'inventory'));
}

/** What lies on the small disk, as the agent's namespace sees it. */
function onDisk(): string[] {
  return readdirSync(`/proc/${agent?.pid}/root${mounted}`, { recursive: true }).map(String);
}

test.if(process.platform === 'linux')('a file that does not fit is not begun', async () => {
  await startOnSmallDisk(4 * MiB, MiB);
  const end = await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(randomBytes(3.5 * MiB)))));
  expect([end.status, end.text.code]).toEqual(['error', 'delivery.disk_full']);
  expect(bench.hub.bytesServed).toBe(0);
  expect(onDisk().sort()).toEqual(['.relevo-partial', 'ballast']);
});

test.if(process.platform === 'linux')('a disk that fills up in the middle ends the transfer and gets its space back', async () => {
  await startOnSmallDisk(4 * MiB, 0);
  let isFilled = false;
  bench.hub.onContent = (_request, usual) => {
    if (!isFilled) writeFileSync(`/proc/${agent?.pid}/root${mounted}/ballast`, new Uint8Array(3 * MiB));
    isFilled = true;
    return usual();
  };
  const end = await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(randomBytes(3 * MiB)))));
  expect([end.status, end.text.code]).toEqual(['error', 'delivery.disk_full']);
  expect(onDisk().sort()).toEqual(['.relevo-partial', 'ballast']);
  expect((await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(randomBytes(0.5 * MiB)), 'small')))).text.code).toBe('delivery.done');
});

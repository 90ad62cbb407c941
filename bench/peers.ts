// The peers that the product is compared with, each a real server of its own on loopback with its own port and folder.
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';

export interface Peer {
  url: string;
  pid: number;
}

/** nginx with `sendfile`, one worker, no log, serving `folder`. */
export async function startNginx(scope: Scope, folder: string): Promise<Peer> {
  const own = await scope.folder();
  const port = await freePort();
  const config = `
    daemon off; worker_processes 1; pid ${own}/nginx.pid; error_log ${own}/error.log; user root;
    events { worker_connections 256; }
    http {
      access_log off; sendfile on; tcp_nopush on; default_type application/octet-stream;
      client_body_temp_path ${own}/body; proxy_temp_path ${own}/proxy; fastcgi_temp_path ${own}/fastcgi; uwsgi_temp_path ${own}/uwsgi; scgi_temp_path ${own}/scgi;
      server { listen 127.0.0.1:${port}; root ${folder}; }
    }`;
  const path = join(own, 'nginx.conf');
  await Bun.write(path, process.getuid?.() === 0 ? config : config.replace('user root;', ''));
  const pid = start(scope, ['nginx', '-c', path, '-p', own]);
  const url = `http://127.0.0.1:${port}`;
  await until('nginx answers', async () => (await fetch(url)).status > 0);
  return { url, pid };
}

/** An rsync daemon serving `folder` as module `bench`. */
export async function startRsync(scope: Scope, folder: string): Promise<Peer> {
  const own = await scope.folder();
  const port = await freePort();
  const owner = process.getuid?.() === 0 ? 'uid = root\n gid = root\n' : '';
  await Bun.write(join(own, 'rsyncd.conf'), `use chroot = no\nport = ${port}\naddress = 127.0.0.1\n[bench]\n path = ${folder}\n read only = yes\n ${owner}`);
  const pid = start(scope, ['rsync', '--daemon', '--no-detach', `--config=${join(own, 'rsyncd.conf')}`, `--log-file=${join(own, 'log')}`]);
  const url = `rsync://127.0.0.1:${port}/bench`;
  await until('the rsync daemon answers', async () => (await Bun.spawn(['rsync', url], { stdout: 'ignore', stderr: 'ignore' }).exited) === 0);
  return { url, pid };
}

function start(scope: Scope, command: string[]): number {
  // Debian keeps servers in sbin, which an ordinary PATH may lack.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child = Bun.spawn(command, { env, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' });
  scope.onEnd(async () => {
    child.kill('SIGTERM');
    await child.exited;
  });
  return child.pid;
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

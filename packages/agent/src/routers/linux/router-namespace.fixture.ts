// A real Linux router made of network namespaces: a customer and a server behind it, sshd and nftables on it. Made and removed by whoever
// opens it; needs the rights of an administrator.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RouterNamespace {
  /** Where the router answers SSH, seen from this machine. */
  host: string;
  port: number;
  /** SHA-256 of its host key, base64 without padding. */
  pin: string;
  username: string;
  /** OpenSSH private key that the router lets in. */
  privateKey: string;
  /** The set of allowed customers. */
  nftSet: string;
  /** The customer's address and MAC, and those of the neighbour on the same wire. */
  customer: { ip: string; mac: string };
  neighbour: { ip: string; mac: string };
  /** Lets a customer in: an element of the set with `comment`, a route and a neighbour that stays. */
  allow(customer: { ip: string; mac: string }, comment: string): void;
  /** True when a packet of that customer comes back from the server behind the router. */
  passes(ip?: string): Promise<boolean>;
  /** Runs a command on the router, by its console; resolves to what it printed. @throws Error when it fails */
  onRouter(...command: string[]): string;
  /** Starts a command at the customer's. */
  atCustomer(...command: string[]): Bun.Subprocess<'ignore', 'pipe', 'inherit'>;
  /** The server's address. */
  server: string;
  /** Lines of sshd's configuration besides its own. */
  startSsh(configuration?: string): Promise<void>;
  /** Ends everything that runs on the router, as a loss of power does; what the kernel holds stays. */
  stopSsh(): void;
  /** sshd takes connections and says nothing. */
  freezeSsh(): void;
  newHostKey(): void;
  close(): void;
}

const rights = `
table inet relevo {
  set clientes { type ipv4_addr; }
  counter refused { }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip saddr @clientes accept
    counter name refused
  }
}`;

/** Why no router can be made here; undefined when one can. */
export function whyNoRouterNamespace(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need an administrator';
  const missing = ['ip', 'nft', 'conntrack', 'ping', 'ssh-keygen'].filter((command) => Bun.which(command, { PATH: path }) === null);
  if (Bun.which('sshd', { PATH: path }) === null) missing.push('sshd');
  if (missing.length > 0) return `missing: ${missing.join(', ')}`;
  const name = `relevo-try-${process.pid}`;
  if (Bun.spawnSync(['ip', 'netns', 'add', name], quiet).exitCode !== 0) return 'network namespaces are not allowed here';
  Bun.spawnSync(['ip', 'netns', 'delete', name], quiet);
  return undefined;
}

const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
const env = { ...process.env, PATH: path, LC_ALL: 'C' };
const quiet = { env, stdout: 'ignore', stderr: 'ignore' } as const;

function run(...command: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env, stdout: 'pipe', stderr: 'pipe' });
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr.toString().trim()}`);
  return stdout.toString();
}

/** @throws Error when a part of it cannot be made; ask `whyNoRouterNamespace` before */
export async function openRouterNamespace(): Promise<RouterNamespace> {
  const id = crypto.randomUUID().slice(0, 6);
  const folder = mkdtempSync(join(tmpdir(), 'relevo-router-'));
  const [router, home, internet] = [`relevo-${id}-router`, `relevo-${id}-home`, `relevo-${id}-server`];
  const ends: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let sshd: Bun.Subprocess | undefined;

  function close(): void {
    stopSsh();
    for (const end of ends.splice(0).reverse()) end();
  }

  function stopSsh(): void {
    const pids = Bun.spawnSync(['ip', 'netns', 'pids', router], { env, stdout: 'pipe', stderr: 'ignore' }).stdout.toString();
    for (const pid of pids.split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It ended by itself in between.
      }
    }
    sshd = undefined;
  }

  const on = (namespace: string, ...command: string[]) => run('ip', 'netns', 'exec', namespace, ...command);

  function newHostKey(): string {
    rmSync(join(folder, 'host_key'), { force: true });
    rmSync(join(folder, 'host_key.pub'), { force: true });
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host_key'));
    const [, key = ''] = readFileSync(join(folder, 'host_key.pub'), 'utf8').split(' ');
    return createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
  }

  try {
    for (const namespace of [router, home, internet]) {
      run('ip', 'netns', 'add', namespace);
      ends.push(() => void Bun.spawnSync(['ip', 'netns', 'delete', namespace], quiet));
      on(namespace, 'ip', 'link', 'set', 'lo', 'up');
    }
    // 198.18.0.0/15 is for tests alone (RFC 2544); a /30 of it between this machine and the router.
    const [block, place] = crypto.getRandomValues(new Uint8Array(2));
    const base = `198.18.${block}.`;
    const first = (place ?? 0) & 0xfc;
    const outer = `rlv${id}`;
    run('ip', 'link', 'add', outer, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', router);
    ends.push(() => void Bun.spawnSync(['ip', 'link', 'delete', outer], quiet));
    run('ip', 'address', 'add', `${base}${first + 1}/30`, 'dev', outer);
    run('ip', 'link', 'set', outer, 'up');
    on(router, 'ip', 'address', 'add', `${base}${first + 2}/30`, 'dev', 'uplink');
    on(router, 'ip', 'link', 'set', 'uplink', 'up');
    for (const [namespace, dev, net] of [
      [home, 'lan', '10.99.0'],
      [internet, 'wan', '10.98.0'],
    ] as const) {
      on(router, 'ip', 'link', 'add', dev, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
      on(router, 'ip', 'address', 'add', `${net}.1/24`, 'dev', dev);
      on(router, 'ip', 'link', 'set', dev, 'up');
      on(namespace, 'ip', 'link', 'set', 'eth0', 'up');
    }
    for (const ip of ['10.99.0.5', '10.99.0.6']) on(home, 'ip', 'address', 'add', `${ip}/24`, 'dev', 'eth0');
    on(internet, 'ip', 'address', 'add', '10.98.0.2/24', 'dev', 'eth0');
    on(home, 'ip', 'route', 'add', 'default', 'via', '10.99.0.1');
    on(internet, 'ip', 'route', 'add', 'default', 'via', '10.98.0.1');
    on(router, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
    writeFileSync(join(folder, 'rights.nft'), rights);
    on(router, 'nft', '-f', join(folder, 'rights.nft'));
    on(router, 'sysctl', '-q', '-w', 'net.netfilter.nf_conntrack_icmp_timeout=600');
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'login'));
    const pin = newHostKey();
    const mac = on(home, 'cat', '/sys/class/net/eth0/address').trim().toUpperCase();

    const made: RouterNamespace = {
      host: `${base}${first + 2}`,
      port: 22,
      pin,
      username: 'root',
      privateKey: readFileSync(join(folder, 'login'), 'utf8'),
      nftSet: 'inet relevo clientes',
      customer: { ip: '10.99.0.5', mac },
      neighbour: { ip: '10.99.0.6', mac },
      server: '10.98.0.2',
      allow(customer, comment) {
        on(router, 'nft', 'add', 'element', 'inet', 'relevo', 'clientes', `{ ${customer.ip} comment "${comment}" }`);
        on(router, 'ip', 'route', 'add', `${customer.ip}/32`, 'dev', 'lan', 'proto', 'static');
        on(router, 'ip', 'neigh', 'replace', customer.ip, 'lladdr', customer.mac, 'dev', 'lan', 'nud', 'permanent');
      },
      async passes(ip = '10.99.0.5') {
        const ping = Bun.spawn(['ip', 'netns', 'exec', home, 'ping', '-q', '-c', '1', '-W', '1', '-I', ip, '10.98.0.2'], quiet);
        return (await ping.exited) === 0;
      },
      onRouter: (...command) => on(router, ...command),
      atCustomer: (...command) => Bun.spawn(['ip', 'netns', 'exec', home, ...command], { env, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' }),
      async startSsh(configuration = '') {
        const lines = [
          `ListenAddress ${base}${first + 2}`,
          `HostKey ${join(folder, 'host_key')}`,
          `AuthorizedKeysFile ${join(folder, 'login.pub')}`,
          'StrictModes no',
          'UsePAM no',
          'PidFile none',
          'PermitRootLogin yes',
          'PasswordAuthentication yes',
          configuration,
        ];
        writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
        // sshd wants a folder under /run; this one is the namespace's own.
        const script = 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$0" -D -e -f "$1"';
        const command = ['ip', 'netns', 'exec', router, 'sh', '-c', script, Bun.which('sshd', { PATH: path }) ?? 'sshd', join(folder, 'sshd_config')];
        const started = Bun.spawn(command, { env, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' });
        sshd = started;
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        void listen(started.stderr, resolve).then((said) => reject(new Error(`sshd ended: ${said}`)));
        await promise;
      },
      stopSsh,
      freezeSsh: () => sshd?.kill('SIGSTOP'),
      newHostKey: () => void newHostKey(),
      close,
    };
    return made;
  } catch (error) {
    close();
    throw error;
  }
}

/** Reads what sshd says to its end, which keeps it from blocking, and calls `onListening` once it listens. */
async function listen(stream: ReadableStream<Uint8Array>, onListening: () => void): Promise<string> {
  let said = '';
  for await (const part of stream) {
    said = (said + Buffer.from(part).toString('utf8')).slice(-2000);
    if (said.includes('Server listening')) onListening();
  }
  return said;
}

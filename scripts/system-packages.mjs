// Sees to the programs of the operating system that tests and benches drive: installs the missing ones as root on Debian, else says what to install.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What each purpose needs: the command, or the path, that must be found, and the Debian package that brings it. */
const needs = {
  test: [
    { command: 'chromium', package: 'chromium' },
    { command: 'curl', package: 'curl' },
    { path: '/usr/lib/python3/dist-packages/websockets', package: 'python3-websockets' },
    { command: 'openssl', package: 'openssl' },
    { command: 'sshd', package: 'openssh-server' },
    { command: 'ssh-keygen', package: 'openssh-client' },
    { command: 'nft', package: 'nftables' },
    { command: 'ip', package: 'iproute2' },
    { command: 'conntrack', package: 'conntrack' },
    { command: 'ping', package: 'iputils-ping' },
  ],
  bench: [
    { command: 'nginx', package: 'nginx-light' },
    { command: 'curl', package: 'curl' },
    { command: 'rsync', package: 'rsync' },
    { command: 'openssl', package: 'openssl' },
  ],
};

/** True when everything for `purpose` (`test` or `bench`) is there, possibly after installing it. */
export function installSystemPackages(purpose) {
  const packages = missing(purpose);
  if (packages.length === 0) return true;
  if (process.getuid?.() !== 0 || !find('apt-get')) {
    const how = find('apt-get') ? `sudo apt-get install ${packages.join(' ')}` : `${needs[purpose].map(({ command, path }) => command ?? path).join(', ')}`;
    process.stderr.write(`Missing programs. Install them with: ${how}\n`);
    return false;
  }
  process.stderr.write(`Installing ${packages.join(', ')} (apt-get) …\n`);
  apt(['update']);
  apt(['install', '--yes', '--no-install-recommends', ...packages]);
  return missing(purpose).length === 0;
}

function missing(purpose) {
  return needs[purpose].filter(({ command, path }) => !(path ? existsSync(path) : find(command))).map((need) => need.package);
}

function apt(args) {
  // A package that starts its service on installation would take a port; the benches start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const result = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0', ...args], { env, encoding: 'utf8' });
  if (result.status !== 0) process.stderr.write(`apt-get ${args.join(' ')} failed:\n${result.stdout ?? ''}${result.stderr ?? ''}`);
}

/** Debian keeps servers in sbin, which an ordinary PATH may lack. */
function find(command) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

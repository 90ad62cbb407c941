// A played RouterOS router as the contract of routers wants it: HTTPS with a key of its own, a PPP customer online and their neighbour.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouterBench } from '../router-bench.fixture.ts';
import { RouterOsSimulator } from './simulator.ts';

export interface RouterOsBench extends RouterBench {
  simulator: RouterOsSimulator;
}

const customerMenus = ['ppp/secret', 'ppp/active', 'ip/firewall/address-list', 'queue/simple', 'ip/dhcp-server/lease', 'ip/arp', 'ip/route'];

/** A new key and a certificate that nobody vouches for, PEM. */
export async function selfSigned(host = 'router.lan', addresses = ['127.0.0.1']): Promise<{ key: string; cert: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'relevo-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const alt = ['-addext', `subjectAltName=${[`DNS:${host}`, ...addresses.map((address) => `IP:${address}`)].join(',')}`];
  const command = [
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${host}`,
    ...alt,
  ];
  const made = Bun.spawnSync([...command, '-keyout', key, '-out', cert], { stderr: 'pipe' });
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  const pair = { key: await Bun.file(key).text(), cert: await Bun.file(cert).text() };
  rmSync(folder, { recursive: true });
  return pair;
}

export async function openRouterOsBench(): Promise<RouterOsBench> {
  const username = 'relevo';
  const password = 'a-password-of-the-router';
  let simulator = new RouterOsSimulator({ username, password, tls: await selfSigned() }).start();
  simulator.tables.isRestless = true;
  populate(simulator);
  const { pin } = simulator;
  if (pin === null) throw new Error('it has a certificate');
  const target = {
    id_router: 7,
    nombre: 'torre norte',
    tipo: 'routeros',
    host: '127.0.0.1',
    port: simulator.port,
    scheme: 'https',
    pin,
    nft_set: null,
  } as const;
  let changes = 0;

  return {
    get simulator() {
      return simulator;
    },
    target,
    credentials: { username, password },
    connection: { id_conexion: 5, direccion_ip: '10.99.0.5', usuario_ppp: 'ana', mac: '4C:5E:0C:AA:BB:05' },
    neighbour: { id_conexion: 6, direccion_ip: '10.99.0.6', usuario_ppp: 'neighbour', mac: '4C:5E:0C:AA:BB:06' },
    kinds: ['ppp/secret', 'ppp/active', 'ip/firewall/address-list', 'queue/simple', 'ip/dhcp-server/lease', 'ip/arp', 'ip/route'],
    async held() {
      const lines = customerMenus.flatMap((menu) => simulator.rows(menu).map((row) => `${menu} ${JSON.stringify(Object.entries(row).sort())}`));
      return lines.map((line) => `${/10\.99\.0\.6|neighbour/.test(line) ? 'neighbour' : 'customer'} ${line}`).sort();
    },
    letsIn: async () => simulator.rows('ppp/active').some(({ name }) => name === 'ana'),
    beforeChange(hook) {
      simulator.onRequest = async (request, usual) => {
        if (request.method !== 'GET') {
          const index = changes;
          changes += 1;
          await hook(index);
        }
        return usual();
      };
    },
    stop: () => simulator.stop(),
    async start() {
      simulator.onRequest = (_request, usual) => usual();
      simulator.start();
    },
    async changeKey() {
      const { port } = simulator;
      await simulator.stop();
      simulator = new RouterOsSimulator({ username, password, port, tls: await selfSigned() }).start();
      populate(simulator);
    },
    async fallSilent() {
      simulator.onRequest = () => Promise.withResolvers<Response>().promise;
    },
    async share() {
      const [queue] = simulator.tables.list('queue/simple').filter(({ name }) => name === 'ana');
      if (queue) simulator.tables.set('queue/simple', queue, { target: '10.99.0.5/32,10.99.0.6/32' });
    },
    async addStranger() {
      simulator.add('ppp/secret', { name: 'stranger', password: 'x', 'remote-address': '10.99.0.77' });
    },
    close: () => simulator.stop(),
  };
}

function populate(simulator: RouterOsSimulator): void {
  for (const { name, host, mac, id } of [
    { name: 'ana', host: '10.99.0.5', mac: '4C:5E:0C:AA:BB:05', id: 5 },
    { name: 'neighbour', host: '10.99.0.6', mac: '4C:5E:0C:AA:BB:06', id: 6 },
  ]) {
    const password = 'the-customers-password';
    const comment = `relevo:${id}`;
    simulator.add('ppp/secret', { name, password, service: 'pppoe', profile: 'plan-20M', 'remote-address': host, comment });
    simulator.add('ip/firewall/address-list', { list: 'clientes', address: host, comment });
    simulator.add('queue/simple', { name, target: `${host}/32`, 'max-limit': '5M/20M', comment });
    simulator.add('ip/dhcp-server/lease', { address: host, 'mac-address': mac, server: 'lan', comment });
    simulator.add('ip/arp', { address: host, interface: 'ether2', 'mac-address': mac, comment: `${name}'s antenna` });
    simulator.add('ip/route', { 'dst-address': `${host}/32`, gateway: '10.99.0.1', comment: `${name}'s route` });
    simulator.dial({ name, password, address: host });
  }
}

// An ISP with one site: a played RouterOS router that only the agent reaches, and the records of a few customers on it.
import { join } from 'node:path';
import { RouterOsSimulator } from '@relevo/agent/routeros-simulator';
import { type RunningAgent, runAgent } from './agent.ts';
import { type RunningHub, runHub } from './hub.ts';
import type { Scope } from './scope.ts';

const routerUser = 'relevo';
export const routerPassword = 'the password of the router';

export interface IspCustomer {
  cliente: string;
  direccion_ip: string;
  usuario_ppp: string;
  mac: string;
}

export interface IspSite {
  hub: RunningHub;
  agent: RunningAgent;
  router: RouterOsSimulator;
  routerId: number;
  /** The id of the connection of each address. */
  connections: ReadonlyMap<string, number>;
}

/** Kinds of entries that the router holds of every customer. */
const entriesOf = ({ cliente, direccion_ip, usuario_ppp, mac }: IspCustomer, id: number) =>
  [
    ['ppp/secret', { name: usuario_ppp, password: `of ${cliente}`, service: 'pppoe', 'remote-address': direccion_ip }],
    ['ip/firewall/address-list', { list: 'clientes', address: direccion_ip }],
    ['queue/simple', { name: usuario_ppp, target: `${direccion_ip}/32`, 'max-limit': '5M/20M' }],
    ['ip/dhcp-server/lease', { address: direccion_ip, 'mac-address': mac, server: 'lan' }],
  ].map(([menu, row]) => [menu, { ...(row as Record<string, string>), comment: `relevo:${id}` }] as [string, Record<string, string>]);

/** `env`: settings of the hub. */
export async function runIspSite(scope: Scope, customers: readonly IspCustomer[], env: Record<string, string> = {}): Promise<IspSite> {
  const hub = await runHub(scope, env);
  const agent = await runAgent(scope, hub, { name: 'sede-norte' });
  const router = new RouterOsSimulator({ username: routerUser, password: routerPassword, tls: await selfSigned(scope), identity: 'Sede Norte' }).start();
  scope.onEnd(() => router.stop());
  const ask = (path: string, json: object) => hub.admin.ask('POST', path, { json });
  const { id_servicio } = await ask('/api/servicios', { nombre: 'Fibra 100', bajada_kbps: 100_000, subida_kbps: 100_000, precio: 24.9 });
  const { id_router } = await ask('/api/routers', {
    nombre: 'Sede Norte',
    tipo: 'routeros',
    host: '127.0.0.1',
    port: router.port,
    scheme: 'https',
    pin: router.pin,
    agent_id: agent.id,
    credentials: { username: routerUser, password: routerPassword },
  });
  const connections = new Map<string, number>();
  for (const customer of customers) {
    const { id_usuario } = await ask('/api/clientes', { nombre: customer.cliente });
    const { cliente: _, ...line } = customer;
    const { id_conexion } = await ask('/api/conexiones', { ...line, id_usuario, id_router, id_servicio });
    connections.set(customer.direccion_ip, id_conexion);
    for (const [menu, row] of entriesOf(customer, id_conexion)) router.add(menu, row);
  }
  return { hub, agent, router, routerId: id_router, connections };
}

/** Everything that the router holds of an address. */
export function heldByRouter(router: RouterOsSimulator, { direccion_ip, usuario_ppp }: IspCustomer): string[] {
  return ['ppp/secret', 'ip/firewall/address-list', 'queue/simple', 'ip/dhcp-server/lease'].filter((menu) =>
    router.rows(menu).some((row) => row.name === usuario_ppp || row.address === direccion_ip),
  );
}

/** A key and a certificate that nobody vouches for, PEM. */
async function selfSigned(scope: Scope): Promise<{ key: string; cert: string }> {
  const folder = await scope.folder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const of = ['-subj', '/CN=router.lan', '-addext', 'subjectAltName=DNS:router.lan,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = Bun.spawnSync(['openssl', 'req', '-x509', ...kind, ...of, '-keyout', key, '-out', cert], { stderr: 'pipe' });
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  return { key: await Bun.file(key).text(), cert: await Bun.file(cert).text() };
}

// relevo isp demo-router: the played router that the demo data's first router leads to.
import { RouterOsSimulator } from '@relevo/agent/routeros-simulator';
import { demoConnections, demoRouters, demoServices } from '@relevo/hub/isp-demo-records';
import { say } from '../terminal/language.ts';

/** Starts the router with the customers of the demo data on it; those who are not suspended are online. Port 0 picks a free one. */
export function startDemoRouter(hostname: string, port: number): RouterOsSimulator {
  const [router] = demoRouters;
  if (!router?.credentials) throw new Error('the demo data has a router to sign in to');
  const { username, password } = router.credentials;
  const simulator = new RouterOsSimulator({ hostname, port, username, password: password ?? '', identity: router.nombre });
  for (const connection of demoConnections.filter((candidate) => candidate.router === router.nombre)) addCustomer(simulator, connection);
  return simulator.start();
}

function addCustomer(
  simulator: RouterOsSimulator,
  { usuario_ppp: name, direccion_ip: address, mac, servicio, estado }: (typeof demoConnections)[number],
): void {
  const disabled = String(estado === 'suspendida');
  const service = demoServices.find(({ nombre }) => nombre === servicio);
  const speed = `${kbps(service?.subida_kbps)}/${kbps(service?.bajada_kbps)}`;
  simulator.add('ip/firewall/address-list', { list: 'clientes', address, disabled });
  simulator.add('queue/simple', { name: name ?? address, target: `${address}/32`, 'max-limit': speed, comment: servicio });
  if (name === null) {
    simulator.add('ip/dhcp-server/lease', { address, 'mac-address': mac, server: 'lan', 'block-access': disabled });
    return;
  }
  const password = `demo-${name}`;
  simulator.add('ppp/secret', { name, password, service: 'pppoe', profile: servicio, 'remote-address': address, disabled });
  simulator.dial({ name, password, address });
}

function kbps(value: number | null | undefined): string {
  return value ? `${value}k` : '0';
}

/** Runs it until the process is told to end, and prints each change that is made on it. */
export async function runDemoRouter(hostname: string, port: number): Promise<void> {
  const simulator = startDemoRouter(hostname, port);
  const { password } = simulator;
  process.stdout.write(
    `${say(
      `A played RouterOS router (no device) answers on http://${hostname}:${simulator.port}, user ${simulator.username}, password ${password}. ` +
        `${simulator.rows('ppp/active').length} customers are online. Ctrl+C ends it.`,
      `Un router RouterOS imitado (no es un equipo) responde en http://${hostname}:${simulator.port}, usuario ${simulator.username}, contraseña ${password}. ` +
        `Hay ${simulator.rows('ppp/active').length} clientes conectados. Ctrl+C lo termina.`,
    )}\n`,
  );
  simulator.onRequest = (request, usual) => {
    const answer = usual();
    if (request.method !== 'GET') process.stdout.write(`${request.method} ${new URL(request.url).pathname} → ${answer.status}\n`);
    return answer;
  };
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await simulator.stop();
}

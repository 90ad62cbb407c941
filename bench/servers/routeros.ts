// The played RouterOS router in a process of its own; a second port fills it with customers and says how long each answer takes.
import { RouterOsSimulator } from '@relevo/agent/routeros-simulator';

export interface BenchCustomer {
  direccion_ip: string;
  usuario_ppp: string;
}

const router = new RouterOsSimulator({ username: 'bench', password: 'bench' }).start();
let delayMs = 0;
router.onRequest = async (_request, usual) => {
  if (delayMs > 0) await Bun.sleep(delayMs);
  return usual();
};
const control = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    delayMs = Number(new URL(request.url).searchParams.get('delay_ms'));
    for (const { direccion_ip, usuario_ppp } of (await request.json()) as BenchCustomer[]) {
      router.add('ppp/secret', { name: usuario_ppp, password: 'secret', service: 'pppoe', 'remote-address': direccion_ip });
      router.dial({ name: usuario_ppp, password: 'secret', address: direccion_ip });
      router.add('ip/firewall/address-list', { list: 'clientes', address: direccion_ip });
      router.add('queue/simple', { name: usuario_ppp, target: `${direccion_ip}/32`, 'max-limit': '5M/20M' });
    }
    router.asked.length = 0;
    return new Response(null, { status: 204 });
  },
});
console.log(JSON.stringify({ port: router.port, control: control.url.href }));

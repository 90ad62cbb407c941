// A real Linux router as the contract of routers wants it: a customer with a live flow and their neighbour, and a gate before each change.
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouterBench } from '../router-bench.fixture.ts';
import { openRouterNamespace, type RouterNamespace } from './router-namespace.fixture.ts';

export interface LinuxBench extends RouterBench {
  namespace: RouterNamespace;
}

/** What sshd runs instead of the command: before a change it asks, and waits for the answer. */
function gateScript(folder: string): string {
  return `#!/bin/sh
case "$SSH_ORIGINAL_COMMAND" in
*"nft delete"* | *"nft add"* | *"route del"* | *"route add"* | *"neigh del"* | *"neigh replace"* | *"conntrack -D"*)
  if [ -p ${folder}/asked ]; then echo change > ${folder}/asked; read -r answer < ${folder}/answer; fi ;;
esac
exec sh -c "$SSH_ORIGINAL_COMMAND"
`;
}

export async function openLinuxBench(): Promise<LinuxBench> {
  const namespace = await openRouterNamespace();
  const folder = mkdtempSync(join(tmpdir(), 'relevo-gate-'));
  const gate = join(folder, 'gate');
  writeFileSync(gate, gateScript(folder), { mode: 0o755 });
  const { customer, neighbour } = namespace;
  namespace.allow(customer, 'relevo:5');
  namespace.allow(neighbour, 'relevo:6');
  let gatekeeper: { process: Bun.Subprocess; answer: number } | undefined;

  function openGate(): void {
    for (const name of ['asked', 'answer']) rmSync(join(folder, name), { force: true });
    if (!gatekeeper) return;
    gatekeeper.process.kill('SIGKILL');
    closeSync(gatekeeper.answer);
    gatekeeper = undefined;
  }

  const start = () => namespace.startSsh(`ForceCommand ${gate}`);
  try {
    await start();
    // A flow that the router tracks, as of somebody who is online.
    if (!(await namespace.passes())) throw new Error('the customer reaches the server');
  } catch (error) {
    namespace.close();
    throw error;
  }

  return {
    namespace,
    target: {
      id_router: 8,
      nombre: 'caseta sur',
      tipo: 'linux',
      host: namespace.host,
      port: namespace.port,
      scheme: 'ssh',
      pin: namespace.pin,
      nft_set: namespace.nftSet,
    },
    credentials: { username: namespace.username, private_key: namespace.privateKey },
    connection: { id_conexion: 5, direccion_ip: customer.ip, usuario_ppp: null, mac: customer.mac },
    neighbour: { id_conexion: 6, direccion_ip: neighbour.ip, usuario_ppp: null, mac: neighbour.mac },
    kinds: ['nft-element', 'conntrack', 'route', 'neighbour'],
    async held() {
      const elements = namespace.onRouter('nft', 'list', 'set', 'inet', 'relevo', 'clientes').match(/10\.99\.0\.\d+[^,}]*/g) ?? [];
      const routes = namespace.onRouter('ip', 'route', 'show', 'proto', 'static').split('\n');
      const neighbours = namespace.onRouter('ip', 'neigh', 'show', 'nud', 'permanent').split('\n');
      const lines = [...elements, ...routes, ...neighbours].map((line) => line.trim()).filter(Boolean);
      return lines.map((line) => `${line.includes(neighbour.ip) ? 'neighbour' : 'customer'} ${line}`).sort();
    },
    letsIn: () => namespace.passes(),
    beforeChange(hook) {
      const [asked, answers] = [join(folder, 'asked'), join(folder, 'answer')];
      Bun.spawnSync(['mkfifo', asked, answers]);
      // Both are held open in both directions, so that none ever sees an end, and so that an answer waits for its reader, and for none that was killed.
      const answer = openSync(answers, constants.O_RDWR);
      const process = Bun.spawn(['sh', '-c', 'exec 3<>"$0"; while read -r line <&3; do echo "$line"; done', asked], { stdin: 'ignore', stdout: 'pipe' });
      const keeper = { process, answer };
      gatekeeper = keeper;
      void (async () => {
        let index = 0;
        for await (const _asked of process.stdout) {
          await hook(index);
          index += 1;
          if (gatekeeper === keeper) writeSync(answer, 'go\n');
        }
      })();
    },
    async stop() {
      namespace.stopSsh();
    },
    async start() {
      openGate();
      await start();
    },
    async changeKey() {
      namespace.stopSsh();
      namespace.newHostKey();
      await start();
    },
    async fallSilent() {
      namespace.freezeSsh();
    },
    async share() {
      namespace.onRouter('nft', 'delete', 'element', 'inet', 'relevo', 'clientes', `{ ${customer.ip} }`);
      namespace.onRouter('nft', 'add', 'element', 'inet', 'relevo', 'clientes', `{ ${customer.ip} comment "relevo:5 relevo:6" }`);
    },
    async addStranger() {
      namespace.onRouter('nft', 'add', 'element', 'inet', 'relevo', 'clientes', '{ 10.99.0.77 }');
    },
    async close() {
      openGate();
      namespace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

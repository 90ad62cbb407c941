// relevo isp: what helps to try the ISP's back office out.
import type { Command } from 'commander';
import { say } from '../terminal/language.ts';
import { positive } from '../terminal/positive.ts';
import { type OutputOptions, print } from '../terminal/print.ts';

export function addIspCommands(program: Command): void {
  const isp = program.command('isp').description(say('the back office of an ISP, to try it out', 'el back office de un ISP, para probarlo'));

  isp
    .command('demo-data')
    .description(
      say(
        'add made-up customers, services, routers and connections to the hub of HUB_DATA_DIR, running or not',
        'añade clientes, servicios, routers y conexiones inventados al hub de HUB_DATA_DIR, esté en marcha o no',
      ),
    )
    .option('--json', say('answer in JSON', 'responde en JSON'))
    .action(async ({ json }: OutputOptions) => {
      const { loadDemoData } = await import('@relevo/hub/isp-demo');
      const added = await loadDemoData(process.env);
      print(added, { json }, () => {
        const { customers, services, routers, connections } = added;
        if (customers + services + routers + connections === 0)
          return say('Everything was there already; nothing was added.', 'Ya estaba todo; no se añadió nada.');
        return say(
          `Added: ${customers} customers, ${services} services, ${routers} routers, ${connections} connections.`,
          `Se añadieron ${customers} clientes, ${services} servicios, ${routers} routers y ${connections} conexiones.`,
        );
      });
    });

  isp
    .command('demo-router')
    .description(
      say(
        'play the first router of the demo data, with its customers online: a stand-in to try removals on, not a device',
        'imita el primer router de los datos de prueba, con sus clientes conectados: un sustituto para probar bajas, no un equipo',
      ),
    )
    .option('--port <port>', say('port to listen on', 'puerto en el que escucha'), positive, 8728)
    .option('--host <address>', say('address to listen on', 'dirección en la que escucha'), '127.0.0.1')
    .action(async ({ port, host }: { port: number; host: string }) => {
      const { runDemoRouter } = await import('./demo-router.ts');
      await runDemoRouter(host, port);
    });
}

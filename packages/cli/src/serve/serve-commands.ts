// relevo up, hub, agent: the commands that run until they are told to stop.
import type { Command } from 'commander';
import { say } from '../terminal/language.ts';

export function addServeCommands(program: Command): void {
  program
    .command('up')
    .description(say('run a hub and an agent beside it, and keep both running', 'pone en marcha un hub y un agente a su lado, y los mantiene'))
    .action(async () => {
      const { up } = await import('./up.ts');
      process.exit(await up());
    });
  program
    .command('hub')
    .description(say('run the hub (settings: HUB_PORT, HUB_DATA_DIR, …)', 'pone en marcha el hub (ajustes: HUB_PORT, HUB_DATA_DIR, …)'))
    .action(async () => {
      const { endWithSupervisor } = await import('./supervised.ts');
      endWithSupervisor();
      const { runHub } = await import('@relevo/hub');
      await runHub();
    });
  program
    .command('agent')
    .description(say('run the agent (settings: SERVER_URL, API_KEY, …)', 'pone en marcha el agente (ajustes: SERVER_URL, API_KEY, …)'))
    .action(async () => {
      const { endWithSupervisor } = await import('./supervised.ts');
      endWithSupervisor();
      const { runAgent } = await import('@relevo/agent');
      await runAgent();
    });
}

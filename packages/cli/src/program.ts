// The whole command line on one screen.
import { Command } from 'commander';
import { addAgentCommands } from './agents/agent-commands.ts';
import { addFileCommands } from './files/file-commands.ts';
import { addIspCommands } from './isp/isp-commands.ts';
import { addDeliverCommand } from './operations/deliver.ts';
import { addOperationCommands } from './operations/operation-commands.ts';
import { addAdminCommands } from './serve/admin-commands.ts';
import { addServeCommands } from './serve/serve-commands.ts';
import { addSessionCommands } from './session/session-commands.ts';
import { say } from './terminal/language.ts';
import { version } from './version.ts';

export function createProgram(): Command {
  const program = new Command('relevo')
    .description(
      say(
        'Files and work from a public hub to private agents, every step watched live',
        'Archivos y trabajo desde un hub público a agentes privados, con cada paso a la vista',
      ),
    )
    .version(version)
    // Inherited by every command that is added below.
    .exitOverride()
    .showHelpAfterError(say('(relevo --help lists the commands)', '(relevo --help muestra los comandos)'))
    .addHelpText('after', `\n${say('Exit codes', 'Códigos de salida')}: ${exitCodeHelp()}`);
  addServeCommands(program);
  addAdminCommands(program);
  addSessionCommands(program);
  addFileCommands(program);
  addAgentCommands(program);
  addDeliverCommand(program);
  addOperationCommands(program);
  addIspCommands(program);
  return program;
}

function exitCodeHelp(): string {
  return say(
    '0 done · 1 failed · 2 wrong usage or setting · 3 not signed in or not allowed · 4 not found · 5 hub unreachable · 130 interrupted',
    '0 hecho · 1 falló · 2 uso o ajuste incorrecto · 3 sin sesión o sin permiso · 4 no encontrado · 5 hub inaccesible · 130 interrumpido',
  );
}

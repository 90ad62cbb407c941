// relevo deliver: sends a file to agents and watches it arrive.
import { stat } from 'node:fs/promises';
import { operationIdSchema } from '@relevo/protocol';
import type { Command } from 'commander';
import { z } from 'zod';
import { findAgents, listAgents } from '../agents/find-agent.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { putFile } from '../files/file-commands.ts';
import { findFile } from '../files/find-file.ts';
import { connectedHub } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';
import { type OutputOptions, print } from '../terminal/print.ts';
import { followToEnd, getOperation } from './follow-to-end.ts';
import { outcome } from './operation-view.ts';

const deliverySchema = z.object({ operation_id: operationIdSchema });
const stepPrefix = 'deliver:';

interface DeliverOptions extends OutputOptions {
  label?: string[];
  operationId?: string;
  wait: boolean;
}

export function addDeliverCommand(program: Command): void {
  program
    .command('deliver')
    .description(say('send a file to agents and watch it arrive; Ctrl-C asks to stop', 'envía un archivo a agentes y sigue su llegada; Ctrl-C pide detenerlo'))
    .argument('<file>', say('path of a local file, or id or name of one on the hub', 'ruta de un archivo local, o id o nombre de uno del hub'))
    .argument('[agents...]', say('ids or names', 'ids o nombres'))
    .option('--label <label...>', say('every agent that has all of these labels', 'todos los agentes que tienen todas estas etiquetas'))
    .option('--operation-id <id>', say('repeating the command with the same id does the work once', 'repetir la orden con el mismo id hace el trabajo una vez'))
    .option('--no-wait', say('do not watch; print the operation id', 'no espera; muestra el id de la operación'))
    .option('--json', say('print the operation in JSON', 'muestra la operación en JSON'))
    .action(async (given: string, agents: string[], { label, operationId, wait, json }: DeliverOptions) => {
      if ((agents.length === 0) === (label === undefined)) {
        throw new CommandError(say('Name agents, or a --label, and not both', 'Indique agentes, o una --label, y no ambos'), exitCodes.usage);
      }
      const hub = connectedHub();
      // Before anything is sent, so that a misspelt agent costs no upload.
      const named = await findAgents(hub, agents);
      const isLocal = (await stat(given).catch(() => undefined))?.isFile() === true;
      const file = isLocal ? await putFile(hub, given) : await findFile(hub, given);
      const { operation_id } = await hub.json('/api/deliveries', deliverySchema, {
        method: 'POST',
        headers: operationId === undefined ? {} : { 'x-operation-id': operationId },
        json: { file_id: file.id, ...(label ? { labels: label } : { agent_ids: [...new Set(named.map(({ id }) => id))] }) },
      });
      if (!wait) return print({ operation_id }, { json }, () => operation_id);
      const names = new Map((await listAgents(hub)).map(({ id, name }) => [`${stepPrefix}${id}`, name]));
      const { id: userId } = await hub.me();
      const { operation, exitCode } = await followToEnd({ hub, operationId: operation_id, userId, nameOf: (step) => names.get(step) ?? step, stops: true });
      const ended = json ? await getOperation(hub, operation_id, userId) : undefined;
      print(ended, { json }, () => outcome(operation));
      process.exitCode = exitCode;
    });
}

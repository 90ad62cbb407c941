// relevo ops: list, watch, stop.
import { type OperationSummary, operationSummarySchema } from '@relevo/protocol';
import type { Command } from 'commander';
import { z } from 'zod';
import { connectedHub } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';
import { positive } from '../terminal/positive.ts';
import { type OutputOptions, print } from '../terminal/print.ts';
import { printable } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';
import { followToEnd, getOperation, stopOperation } from './follow-to-end.ts';
import { outcome } from './operation-view.ts';

const pageSchema = z.object({ operations: z.array(operationSummarySchema), next_cursor: z.string().nullable() });

interface ListOptions extends OutputOptions {
  state?: string;
  kind?: string;
  limit: number;
}
interface OneOptions extends OutputOptions {
  user?: number;
}

export function addOperationCommands(program: Command): void {
  const operations = program.command('ops').description(say('operations: what takes time', 'operaciones: lo que lleva tiempo'));
  const jsonHelp = say('answer in JSON', 'responde en JSON');
  const userHelp = say('whose operation (administrators)', 'de quién es la operación (administradores)');

  operations
    .command('ls')
    .description(say('list operations, newest first', 'lista las operaciones, las más nuevas primero'))
    .option('--state <state>', 'pending, in_progress, completed, error, stopped')
    .option('--kind <kind>')
    .option('--limit <count>', say('how many', 'cuántas'), positive, 50)
    .option('--json', jsonHelp)
    .action(async ({ state, kind, limit, json }: ListOptions) => {
      const hub = connectedHub();
      const parameters = new URLSearchParams({ limit: String(Math.min(limit, 200)), ...(state && { state }), ...(kind && { kind }) });
      const found: OperationSummary[] = [];
      for (let cursor: string | null = ''; cursor !== null && found.length < limit; ) {
        if (cursor) parameters.set('cursor', cursor);
        const page: z.infer<typeof pageSchema> = await hub.json(`/api/operations?${parameters}`, pageSchema);
        found.push(...page.operations);
        cursor = page.next_cursor;
      }
      const shown = found.slice(0, limit);
      print({ operations: shown }, { json }, () =>
        table(
          ['ID', say('STATE', 'ESTADO'), say('USER', 'USUARIO'), say('CREATED', 'CREADA'), say('KIND', 'CLASE'), say('TITLE', 'TÍTULO')],
          shown.map((operation) => [operation.operation_id, operation.state, String(operation.user_id), operation.created_at, operation.kind, operation.title]),
        ),
      );
    });

  operations
    .command('watch <operation>')
    .description(say('watch an operation until it ends', 'sigue una operación hasta que termine'))
    .option('--user <id>', userHelp, positive)
    .option('--json', say('print the ended operation in JSON', 'muestra la operación terminada en JSON'))
    .action(async (operationId: string, { user, json }: OneOptions) => {
      const hub = connectedHub();
      // Asked first: watching an id that is not there would make it.
      const known = await getOperation(hub, operationId, user);
      const titles = new Map(known.steps.map(({ step, title }) => [step, title]));
      const nameOf = (step: string) => titles.get(step) ?? step;
      const { operation, exitCode } = await followToEnd({ hub, operationId, userId: known.user_id, nameOf, stops: false });
      const ended = json ? await getOperation(hub, operationId, known.user_id) : undefined;
      print(ended, { json }, () => outcome(operation));
      process.exitCode = exitCode;
    });

  operations
    .command('stop <operation>')
    .description(say('ask an operation to stop', 'pide que una operación se detenga'))
    .option('--user <id>', userHelp, positive)
    .option('--json', jsonHelp)
    .action(async (operationId: string, { user, json }: OneOptions) => {
      const hub = connectedHub();
      const { user_id } = await getOperation(hub, operationId, user);
      await stopOperation(hub, operationId, user_id);
      print({ operation_id: operationId }, { json }, () => `${say('Stopping', 'Deteniendo')}: ${printable(operationId)}`);
    });
}

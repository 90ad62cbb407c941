// relevo agents: list, approve, rename, label, revoke, enrolment tokens.
import { type AgentResource, agentSchema } from '@relevo/protocol';
import type { Command } from 'commander';
import { z } from 'zod';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { connectedHub, type HubClient } from '../hub/hub-client.ts';
import { ask } from '../terminal/ask.ts';
import { say } from '../terminal/language.ts';
import { positive } from '../terminal/positive.ts';
import { type OutputOptions, print } from '../terminal/print.ts';
import { printable } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';
import { findAgents, listAgents } from './find-agent.ts';

const tokenSchema = z.object({ id: z.string(), token: z.string(), uses: z.number(), expires_at: z.string().nullable(), approved: z.boolean() });
const hourMs = 3_600_000;

interface TokenOptions extends OutputOptions {
  uses: number;
  hours?: number;
  label?: string[];
  approved?: boolean;
}

export function addAgentCommands(program: Command): void {
  const agents = program.command('agents').description(say('agents of the hub', 'agentes del hub'));
  const jsonHelp = say('answer in JSON', 'responde en JSON');
  const whichHelp = say('id or name', 'id o nombre');

  agents
    .command('ls')
    .description(say('list agents', 'lista los agentes'))
    .option('--json', jsonHelp)
    .action(async (options: OutputOptions) => {
      const found = await listAgents(connectedHub());
      print({ agents: found }, options, () =>
        table(
          ['ID', say('STATUS', 'ESTADO'), say('WAITING', 'EN ESPERA'), say('LAST SEEN', 'VISTO'), say('LABELS', 'ETIQUETAS'), say('NAME', 'NOMBRE')],
          found.map(({ id, status, tasks_waiting, last_seen_at, labels, name }) => [
            id,
            status,
            String(tasks_waiting),
            last_seen_at ?? '-',
            labels.join(',') || '-',
            name,
          ]),
        ),
      );
    });

  agents
    .command('approve <agent...>')
    .description(say('let agents in that wait for approval', 'admite agentes que esperan aprobación'))
    .option('--json', jsonHelp)
    .action((names: string[], options: OutputOptions) => change(names, { status: 'approved' }, options));

  agents
    .command('rename')
    .description(say('give an agent another name', 'cambia el nombre de un agente'))
    .argument('<agent>', whichHelp)
    .argument('<name>', say('its new name', 'su nombre nuevo'))
    .option('--json', jsonHelp)
    .action((agent: string, name: string, options: OutputOptions) => change([agent], { name }, options));

  agents
    .command('label')
    .description(say('set the labels of an agent; none removes them all', 'fija las etiquetas de un agente; ninguna las quita todas'))
    .argument('<agent>', whichHelp)
    .argument('[labels...]')
    .option('--json', jsonHelp)
    .action((agent: string, labels: string[], options: OutputOptions) => change([agent], { labels }, options));

  agents
    .command('revoke <agent...>')
    .description(say('cut agents off for good', 'expulsa agentes de forma definitiva'))
    .option('-y, --yes', say('do not ask', 'no pregunta'))
    .option('--json', jsonHelp)
    .action(async (names: string[], options: OutputOptions & { yes?: boolean }) => {
      const hub = connectedHub();
      const found = await findAgents(hub, names);
      if (!options.yes) await confirm(found);
      for (const { id } of found) await hub.send(`/api/agents/${encodeURIComponent(id)}`, { method: 'DELETE' });
      print({ revoked: found.map(({ id }) => id) }, options, () => found.map(({ name }) => `${say('Revoked', 'Revocado')}: ${printable(name)}`).join('\n'));
    });

  agents
    .command('token')
    .description(say('make an enrolment token: what an agent gets as its API_KEY', 'crea un token de alta: lo que un agente recibe como API_KEY'))
    .option('--uses <count>', say('how many agents may enrol with it', 'cuántos agentes pueden darse de alta con él'), positive, 1)
    .option('--hours <count>', say('how long it is good', 'cuánto tiempo vale'), positive)
    .option('--label <label...>', say('labels its agents get', 'etiquetas que reciben sus agentes'))
    .option('--approved', say('its agents need no approval', 'sus agentes no necesitan aprobación'))
    .option('--json', jsonHelp)
    .action(async ({ uses, hours, label, approved, json }: TokenOptions) => {
      const made = await connectedHub().json('/api/agents/tokens', tokenSchema, {
        method: 'POST',
        json: { uses, approved: approved === true, ...(hours !== undefined && { expires_in_ms: hours * hourMs }), ...(label && { labels: label }) },
      });
      print(made, { json }, () => made.token);
    });
}

async function change(names: readonly string[], changes: object, options: OutputOptions): Promise<void> {
  const hub = connectedHub();
  const changed: AgentResource[] = [];
  for (const { id } of await findAgents(hub, names)) changed.push(await patch(hub, id, changes));
  print({ agents: changed }, options, () => changed.map(({ name, status, labels }) => printable([name, status, ...labels].join('  '))).join('\n'));
}

function patch(hub: HubClient, id: string, changes: object): Promise<AgentResource> {
  return hub.json(`/api/agents/${encodeURIComponent(id)}`, agentSchema, { method: 'PATCH', json: changes });
}

async function confirm(agents: readonly AgentResource[]): Promise<void> {
  const names = printable(agents.map(({ name }) => name).join(', '));
  const answer = await ask(say(`Revoke ${names}? They do not come back. [y/N] `, `¿Revocar ${names}? No vuelven. [s/N] `), '--yes');
  if (!/^[ys]/i.test(answer.trim())) throw new CommandError(say('Nothing was revoked', 'No se revocó nada'), exitCodes.interrupted);
}

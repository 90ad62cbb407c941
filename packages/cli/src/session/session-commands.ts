// relevo login, logout, whoami.
import type { Command } from 'commander';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { configurationPath, readConfiguration, removeConfiguration, writeConfiguration } from '../hub/configuration.ts';
import { connectedHub, HubClient, hubUrl } from '../hub/hub-client.ts';
import { ask, askSecret } from '../terminal/ask.ts';
import { say } from '../terminal/language.ts';
import { type OutputOptions, print } from '../terminal/print.ts';
import { printable } from '../terminal/printable.ts';
import { signIn } from './sign-in.ts';

interface LoginOptions {
  email?: string;
  password?: string;
  code?: string;
}

export function addSessionCommands(program: Command): void {
  program
    .command('login <url>')
    .description(say('sign in to a hub; keeps an API key for this machine', 'inicia sesión en un hub; guarda una clave de API para esta máquina'))
    .option('--email <address>', 'e-mail')
    .option('--password <password>', say('password; asked for when absent', 'contraseña; si falta se pregunta'))
    .option(
      '--code <code>',
      say(
        'code of the authenticator app, or a recovery code; asked for when due',
        'código de la aplicación de autenticación o de recuperación; se pregunta si hace falta',
      ),
    )
    .action(async (given: string, options: LoginOptions) => {
      const url = hubUrl(given);
      const email = options.email ?? (await ask('E-mail: ', '--email'));
      const password = options.password ?? (await askSecret(say('Password: ', 'Contraseña: '), '--password'));
      const { apiKey, apiKeyId } = await signIn(url, email, password, async () => options.code ?? (await ask(say('Code: ', 'Código: '), '--code')));
      const me = await new HubClient({ url, apiKey }).me();
      writeConfiguration({ url, api_key: apiKey, api_key_id: apiKeyId, email: me.email });
      process.stdout.write(`${say(`Signed in to ${url} as`, `Sesión iniciada en ${url} como`)} ${printable(me.email)} (${me.role})\n`);
    });

  program
    .command('logout')
    .description(say('forget the hub and delete the key of this machine', 'olvida el hub y elimina la clave de esta máquina'))
    .action(async () => {
      const configuration = readConfiguration();
      if (!configuration) throw new CommandError(say('Nobody is signed in', 'No hay ninguna sesión'), exitCodes.notAllowed);
      const hub = new HubClient({ url: configuration.url, apiKey: configuration.api_key });
      try {
        const response = await hub.sendRaw(`/api/api-keys/${configuration.api_key_id}`, { method: 'DELETE' });
        // 401 and 404: the key is dead already.
        if (!response.ok && ![401, 404].includes(response.status)) throw new CommandError(`HTTP ${response.status}`);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        process.stderr.write(
          `${printable(say(`The key stays valid at the hub; delete it there. ${reason}`, `La clave sigue siendo válida en el hub; elimínela allí. ${reason}`))}\n`,
        );
      }
      removeConfiguration();
      process.stdout.write(`${say(`Signed out; ${configurationPath()} was removed`, `Sesión cerrada; se eliminó ${configurationPath()}`)}\n`);
    });

  program
    .command('whoami')
    .description(say('which hub, and as whom', 'en qué hub, y como quién'))
    .option('--json', say('answer in JSON', 'responde en JSON'))
    .action(async (options: OutputOptions) => {
      const hub = connectedHub();
      const me = await hub.me();
      print({ url: hub.url, ...me }, options, () => `${printable(me.email)} (${me.role}) · ${hub.url}`);
    });
}

// relevo admin: accounts, straight on the hub's database, whether the hub runs or not.
import { type Permission, permissions } from '@relevo/protocol';
import type { Command } from 'commander';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { ask } from '../terminal/ask.ts';
import { say } from '../terminal/language.ts';
import { type OutputOptions, print } from '../terminal/print.ts';

interface CreateOptions extends OutputOptions {
  email?: string;
  name?: string;
  password?: string;
}

interface GrantOptions extends OutputOptions {
  email?: string;
}

export function addAdminCommands(program: Command): void {
  const admin = program
    .command('admin')
    .description(
      say('accounts on the database of the hub (HUB_DATA_DIR), running or not', 'cuentas en la base de datos del hub (HUB_DATA_DIR), esté en marcha o no'),
    );
  const passwordHelp = say('password; generated and shown when absent', 'contraseña; si falta se genera y se muestra');
  const jsonHelp = say('answer in JSON', 'responde en JSON');

  admin
    .command('create')
    .description(say('make an administrator', 'crea un administrador'))
    .option('--email <address>', say('e-mail to sign in with', 'e-mail para iniciar sesión'))
    .option('--name <name>', say('name to show', 'nombre que se muestra'), 'Admin')
    .option('--password <password>', passwordHelp)
    .option('--json', jsonHelp)
    .action(async ({ email, name = 'Admin', password, json }: CreateOptions) => {
      const { createAdmin } = await import('@relevo/hub/accounts');
      const address = email ?? (await ask('E-mail: ', '--email'));
      const made = await createAdmin(process.env, { email: address, name, password }).catch(badEmail);
      const shown = password === undefined ? made : { email: made.email };
      print(shown, { json }, () => lines(say('The administrator was made.', 'Se creó el administrador.'), shown));
    });

  admin
    .command('password')
    .description(say('give an account a new password, and enable it', 'da a una cuenta una contraseña nueva y la habilita'))
    .option('--email <address>', say('e-mail of the account', 'e-mail de la cuenta'))
    .option('--password <password>', passwordHelp)
    .option('--json', jsonHelp)
    .action(async ({ email, password, json }: CreateOptions) => {
      const { resetPassword } = await import('@relevo/hub/accounts');
      const address = email ?? (await ask('E-mail: ', '--email'));
      const changed = await resetPassword(process.env, address, password).catch(badEmail);
      if (!changed) throw new CommandError(say(`There is no account ${address}`, `No existe la cuenta ${address}`), exitCodes.notFound);
      const shown = password === undefined ? changed : { email: changed.email };
      print(shown, { json }, () => lines(say('The password was changed; its sessions ended.', 'Se cambió la contraseña; sus sesiones terminaron.'), shown));
    });

  admin
    .command('two-factor')
    .description(
      say(
        'take authenticator app, recovery codes and passkeys off an account',
        'quita de una cuenta la aplicación de autenticación, los códigos y las llaves de acceso',
      ),
    )
    .option('--email <address>', say('e-mail of the account', 'e-mail de la cuenta'))
    .option('--json', jsonHelp)
    .action(async ({ email, json }: GrantOptions) => {
      const { resetSecondFactors } = await import('@relevo/hub/accounts');
      const address = email ?? (await ask('E-mail: ', '--email'));
      const user = await resetSecondFactors(process.env, address).catch(badEmail);
      if (!user) throw new CommandError(say(`There is no account ${address}`, `No existe la cuenta ${address}`), exitCodes.notFound);
      const headline = say('The password alone signs in; the sessions ended.', 'Basta la contraseña para entrar; las sesiones terminaron.');
      print({ email: user.email }, { json }, () => lines(headline, { email: user.email }));
    });

  admin
    .command('grant')
    .description(say('say all that an account may beyond its own things', 'indica todo lo que puede una cuenta más allá de lo suyo'))
    .argument('[permissions...]', say(`of ${permissions.join(', ')}; none takes all away`, `de ${permissions.join(', ')}; sin ninguno se quitan todos`))
    .option('--email <address>', say('e-mail of the account', 'e-mail de la cuenta'))
    .option('--json', jsonHelp)
    .action(async (given: string[], { email, json }: GrantOptions) => {
      const { grantPermissions } = await import('@relevo/hub/accounts');
      const wanted = given.flatMap((name) => name.split(',')).map(asPermission);
      const address = email ?? (await ask('E-mail: ', '--email'));
      const user = await grantPermissions(process.env, address, wanted).catch(badEmail);
      if (!user) throw new CommandError(say(`There is no account ${address}`, `No existe la cuenta ${address}`), exitCodes.notFound);
      const shown = { email: user.email, permissions: user.permissions };
      print(shown, { json }, () => `${user.email}: ${user.permissions.join(', ') || say('no permissions', 'sin permisos')}`);
    });
}

function asPermission(name: string): Permission {
  const known = permissions.find((permission) => permission === name.trim());
  if (known) return known;
  throw new CommandError(say(`${name} is none of ${permissions.join(', ')}`, `${name} no es ninguno de ${permissions.join(', ')}`), exitCodes.usage);
}

function lines(headline: string, { email, password }: { email: string; password?: string }): string {
  const shown = [headline, `E-mail: ${email}`];
  if (password !== undefined) shown.push(`${say('Password', 'Contraseña')}: ${password}`);
  return shown.join('\n');
}

function badEmail(error: unknown): never {
  if (error instanceof Error && error.name === 'ZodError')
    throw new CommandError(say('--email must be an e-mail address', '--email debe ser una dirección de e-mail'), exitCodes.usage);
  throw error;
}

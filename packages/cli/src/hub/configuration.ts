// Which hub this person is signed in to, kept in a file that only they can read.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { say } from '../terminal/language.ts';

const configurationSchema = z.object({
  /** Address of the hub. */
  url: z.url(),
  api_key: z.string(),
  /** To delete the key at logout. */
  api_key_id: z.string(),
  email: z.string(),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** `$XDG_CONFIG_HOME/relevo`, or `~/.config/relevo`. */
function directory(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'relevo');
}

export function configurationPath(): string {
  return join(directory(), 'config.json');
}

/** `undefined` when nobody signed in. */
export function readConfiguration(): Configuration | undefined {
  let text: string;
  try {
    text = readFileSync(configurationPath(), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return configurationSchema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(
      say(`${configurationPath()} is damaged: delete it and sign in again`, `${configurationPath()} está dañado: bórrelo e inicie sesión de nuevo`),
      exitCodes.notAllowed,
    );
  }
}

export function writeConfiguration(configuration: Configuration): void {
  mkdirSync(directory(), { recursive: true, mode: 0o700 });
  const fresh = `${configurationPath()}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, configurationPath());
}

export function removeConfiguration(): void {
  rmSync(configurationPath(), { force: true });
}

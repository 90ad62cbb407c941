// What keeps a process from starting, told in one line: a setting whose value the system refuses, or something another process has.
import { SettingsError } from './settings.ts';

/** Something that may be free later, such as a port: one line for people, without a stack. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

export interface ListeningSettings {
  host: readonly [name: string, value: string];
  port: readonly [name: string, value: number];
}

/**
 * What `listen` gives.
 * @throws SettingsError when the system knows no such address, or lets this process have no such port
 * @throws CannotStart when another process has the port
 */
export function listening<T>({ host, port }: ListeningSettings, listen: () => T): T {
  try {
    return listen();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EADDRINUSE') throw new CannotStart(`${port[0]}=${port[1]} is taken: another process listens there`);
    if (code === 'EACCES') throw new SettingsError(`${port[0]}=${port[1]} is not allowed: it must be a port that this process may listen on`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new SettingsError(`${host[0]}=${JSON.stringify(host[1])} is not allowed: it must be an address of this machine`);
    }
    throw error;
  }
}

/** The refusal of a folder that the system does not let this process make or write. */
export function folderRefused(setting: string, path: string, error: unknown): SettingsError {
  return new SettingsError(
    `${setting}=${JSON.stringify(path)} is not allowed: it must be a folder that can be made and written (${codeOf(error) ?? 'failed'})`,
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

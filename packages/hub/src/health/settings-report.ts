// Every setting with its value, its default and where the value came from; secrets are told to be set, never what they are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { SettingResource } from '@relevo/protocol';
import type { SettingsTable } from '@relevo/runtime';

type Environment = Record<string, string | undefined>;

export interface SettingsReportOptions {
  table: SettingsTable;
  /** As they were read at start. */
  values: Record<string, unknown>;
  env: Environment;
  /** What a `.env` beside the process gave. */
  dotEnv: Environment;
  /** What each setting is in Spanish, for a reader of it; without it the report is in English. */
  inSpanish?: Readonly<Record<string, string>>;
}

const mask = '•••';

export function reportSettings({ table, values, env, dotEnv, inSpanish }: SettingsReportOptions): SettingResource[] {
  return Object.entries(table).map(([name, { fallback, secret, about, allowed, allowedInSpanish }]) => {
    const shown = (value: unknown) => (secret && value !== undefined ? mask : textOf(value));
    const value = values[name];
    const isDefault = textOf(value) === textOf(fallback);
    const given = env[name];
    // Bun takes a .env into the environment; the environment wins, so the same text in both came from the file or might as well have.
    const source = given ? (dotEnv[name] === given ? '.env' : 'environment') : isDefault ? 'default' : 'environment';
    const words = inSpanish ? { about: inSpanish[name] ?? about, allowed: allowedInSpanish } : { about, allowed };
    return { name, value: shown(value), default: shown(fallback), source, secret, ...words };
  });
}

/** The variables of the `.env` that this process was started beside; none when there is none. */
export function readDotEnv(folder = process.cwd()): Environment {
  try {
    return parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.join(',') : String(value);
}

// Settings from the environment: declared once with default, meaning and what is allowed; a wrong value is refused at start.
import { isIP } from 'node:net';

export interface Setting<T> {
  /** The parsed value, or undefined when `text` is not allowed. */
  parse(text: string): T | undefined;
  /** Used when the variable is absent or empty. */
  fallback: T;
  /** What is allowed, as the refusal says it. */
  allowed: string;
  /** The same, for a page in Spanish. */
  allowedInSpanish: string;
  /** One line for people, shown in `.env.example`. */
  about: string;
  /** Never printed. */
  secret: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of settings of any type
export type SettingsTable = Record<string, Setting<any>>;
export type SettingsOf<Table extends SettingsTable> = { [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never };

/** A value that is not allowed: one line that names the setting, the value (secrets masked) and what is allowed. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** Reads every setting of `table` from `env`. @throws SettingsError naming the first wrong value. */
export function readSettings<Table extends SettingsTable>(table: Table, env: Record<string, string | undefined>): SettingsOf<Table> {
  const entries = Object.entries(table).map(([name, setting]) => {
    const text = env[name];
    if (text === undefined || text === '') return [name, setting.fallback];
    const value = setting.parse(text);
    if (value === undefined) {
      throw new SettingsError(`${name}=${setting.secret ? '***' : JSON.stringify(text)} is not allowed: it must be ${setting.allowed}`);
    }
    return [name, value];
  });
  return Object.fromEntries(entries) as SettingsOf<Table>;
}

interface Traits {
  secret?: boolean;
}

interface Allowed {
  en: string;
  es: string;
}

function setting<T>(fallback: T, about: string, allowed: Allowed, parse: (text: string) => T | undefined, { secret = false }: Traits = {}): Setting<T> {
  return { fallback, about, allowed: allowed.en, allowedInSpanish: allowed.es, parse, secret };
}

export function text<T extends string | undefined>(fallback: T, about: string, traits?: Traits): Setting<string | T> {
  return setting<string | T>(fallback, about, { en: 'text', es: 'texto' }, (value) => value, traits);
}

/** Text of at most `lengthMax` UTF-16 units, not blank. */
export function shortText(fallback: string, about: string, lengthMax: number): Setting<string> {
  const allowed = { en: `text of at most ${lengthMax} characters`, es: `texto de ${lengthMax} caracteres como máximo` };
  return setting(fallback, about, allowed, (value) => (value.trim() !== '' && value.length <= lengthMax ? value : undefined));
}

/** A whole number in [min, max]; the unit is the last part of the setting's name (`_MS`, `_BYTES`). */
export function integer(fallback: number, about: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Setting<number> {
  const allowed =
    max === Number.MAX_SAFE_INTEGER
      ? { en: `a whole number, ${min} or more`, es: `un número entero, ${min} o más` }
      : { en: `a whole number from ${min} to ${max}`, es: `un número entero de ${min} a ${max}` };
  return setting(fallback, about, allowed, (value) => {
    const number = Number(value);
    return /^[0-9]+$/.test(value) && number >= min && number <= max ? number : undefined;
  });
}

/** A TCP port; 0 lets the system pick a free one. */
export function port(fallback: number, about: string): Setting<number> {
  return integer(fallback, about, { min: 0, max: 65535 });
}

export function choice<const T extends string>(fallback: T, about: string, values: readonly T[]): Setting<T> {
  const named = values.join(', ');
  return setting(fallback, about, { en: `one of ${named}`, es: `uno de ${named}` }, (value) => values.find((candidate) => candidate === value));
}

/** An absolute URL of one of `protocols` (as `http:`), without a trailing slash. */
export function url<T extends string | undefined>(fallback: T, about: string, protocols: readonly string[]): Setting<string | T> {
  const starts = protocols.map((protocol) => `${protocol}//`);
  const allowed = { en: `a URL that starts with ${starts.join(' or ')}`, es: `una URL que empieza por ${starts.join(' o ')}` };
  return setting<string | T>(fallback, about, allowed, (value) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) return undefined;
    return value.replace(/\/+$/, '');
  });
}

interface ListOf {
  /** What a value is, in the plural. */
  named: Allowed;
  isOne(value: string): boolean;
}

/** Values separated by commas, trimmed, lower case; each of them is one of `of`. */
export function list(fallback: readonly string[], about: string, { named, isOne }: ListOf = anyValues): Setting<readonly string[]> {
  const allowed = { en: `${named.en} separated by commas`, es: `${named.es} separados por comas` };
  return setting(fallback, about, allowed, (value) => {
    const values = value
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== '');
    return values.every(isOne) ? values : undefined;
  });
}

const anyValues: ListOf = { named: { en: 'values', es: 'valores' }, isOne: () => true };
/** IPv4 and IPv6, no networks. */
export const ipAddresses: ListOf = { named: { en: 'IP addresses', es: 'direcciones IP, no redes,' }, isOne: (value) => isIP(value) !== 0 };
/** Names of hosts, without a port. */
export const hostNames: ListOf = { named: { en: 'host names', es: 'nombres de equipo' }, isOne: (value) => /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(value) };

/** Values of a closed list separated by commas. */
export function choices<const T extends string>(fallback: readonly T[], about: string, values: readonly T[]): Setting<readonly T[]> {
  const named = values.join(', ');
  return setting(fallback, about, { en: `of ${named}, separated by commas`, es: `de ${named}, separados por comas` }, (value) => {
    const given = value.split(',').map((entry) => entry.trim().toLowerCase());
    const known = values.filter((candidate) => given.includes(candidate));
    return known.length === new Set(given).size ? known : undefined;
  });
}

/** A setting that this version knows of but cannot obey: any value is refused, rather than silently ignored. */
export function unsupported(about: string): Setting<undefined> {
  const allowed = { en: 'absent: this version does not support it yet', es: 'ausente: esta versión aún no lo admite' };
  return setting<undefined>(undefined, about, allowed, () => undefined, { secret: true });
}

// Settings from the environment: declared once with default, meaning and what is allowed; a wrong value is refused at start.

export interface Setting<T> {
  /** The parsed value, or undefined when `text` is not allowed. */
  parse(text: string): T | undefined;
  /** Used when the variable is absent or empty. */
  fallback: T;
  /** What is allowed, as the refusal says it. */
  allowed: string;
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

function setting<T>(fallback: T, about: string, allowed: string, parse: (text: string) => T | undefined, { secret = false }: Traits = {}): Setting<T> {
  return { fallback, about, allowed, parse, secret };
}

export function text<T extends string | undefined>(fallback: T, about: string, traits?: Traits): Setting<string | T> {
  return setting<string | T>(fallback, about, 'text', (value) => value, traits);
}

/** A whole number in [min, max]; the unit is the last part of the setting's name (`_MS`, `_BYTES`). */
export function integer(fallback: number, about: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Setting<number> {
  const allowed = max === Number.MAX_SAFE_INTEGER ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`;
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
  return setting(fallback, about, `one of ${values.join(', ')}`, (value) => values.find((candidate) => candidate === value));
}

/** An absolute URL of one of `protocols` (as `http:`), without a trailing slash. */
export function url<T extends string | undefined>(fallback: T, about: string, protocols: readonly string[]): Setting<string | T> {
  return setting<string | T>(fallback, about, `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`, (value) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) return undefined;
    return value.replace(/\/+$/, '');
  });
}

/** Values separated by commas, trimmed, lower case. */
export function list(fallback: readonly string[], about: string): Setting<readonly string[]> {
  return setting(fallback, about, 'values separated by commas', (value) =>
    value
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ''),
  );
}

/** Values of a closed list separated by commas. */
export function choices<const T extends string>(fallback: readonly T[], about: string, values: readonly T[]): Setting<readonly T[]> {
  return setting(fallback, about, `of ${values.join(', ')}, separated by commas`, (value) => {
    const given = value.split(',').map((entry) => entry.trim().toLowerCase());
    const known = values.filter((candidate) => given.includes(candidate));
    return known.length === new Set(given).size ? known : undefined;
  });
}

/** A setting that this version knows of but cannot obey: any value is refused, rather than silently ignored. */
export function unsupported(about: string): Setting<undefined> {
  return setting<undefined>(undefined, about, 'absent: this version does not support it yet', () => undefined, { secret: true });
}

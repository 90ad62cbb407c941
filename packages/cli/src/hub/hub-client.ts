// Talks to a hub over HTTP with an API key, and turns its refusals into what the command says.
import { type Me, meSchema, problemSchema } from '@relevo/protocol';
import type { z } from 'zod';
import { CommandError, type ExitCode, exitCodes } from '../exit-codes.ts';
import { ownLanguage, say } from '../terminal/language.ts';
import { readConfiguration } from './configuration.ts';

export interface HubClientOptions {
  url: string;
  apiKey: string;
}

/** A body that can be sent as it is: text, bytes, or a stream of them. */
type Body = NonNullable<RequestInit['body']> | AsyncIterable<Uint8Array>;

export interface RequestOptions {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  body?: Body;
  signal?: AbortSignal;
}

export class HubClient {
  readonly url: string;
  readonly #apiKey: string;

  constructor({ url, apiKey }: HubClientOptions) {
    this.url = url;
    this.#apiKey = apiKey;
  }

  /** Headers that prove who asks, also for the WebSocket. */
  get credentials(): Record<string, string> {
    return { authorization: `Bearer ${this.#apiKey}`, 'accept-language': ownLanguage() };
  }

  /** The response when it is a success. @throws CommandError with the hub's own words otherwise */
  async send(path: string, options: RequestOptions = {}): Promise<Response> {
    const response = await this.sendRaw(path, options);
    if (!response.ok) throw await refusal(response);
    return response;
  }

  /** The response, whatever its status. @throws CommandError when there is none */
  async sendRaw(path: string, { method = 'GET', headers = {}, json, body, signal }: RequestOptions = {}): Promise<Response> {
    try {
      return await fetch(this.url + path, {
        method,
        headers: { ...this.credentials, ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
        body: (json === undefined ? (body ?? null) : JSON.stringify(json)) as RequestInit['body'],
        redirect: 'manual',
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw unreachable(this.url, error);
    }
  }

  /** The JSON of a success, checked. */
  async json<Schema extends z.ZodType>(path: string, schema: Schema, options: RequestOptions = {}): Promise<z.infer<Schema>> {
    const response = await this.send(path, options);
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw new CommandError(say(`${this.url} does not answer as a Relevo hub does`, `${this.url} no responde como un hub de Relevo`));
    return parsed.data;
  }

  me(): Promise<Me> {
    return this.json('/api/me', meSchema);
  }
}

/** The client for the hub this person signed in to, or that RELEVO_URL and RELEVO_API_KEY name. @throws CommandError when there is none */
export function connectedHub(env: Record<string, string | undefined> = process.env): HubClient {
  if (env.RELEVO_URL && env.RELEVO_API_KEY) return new HubClient({ url: hubUrl(env.RELEVO_URL), apiKey: env.RELEVO_API_KEY });
  const configuration = readConfiguration();
  if (!configuration) throw new CommandError(say('Sign in first: relevo login <url>', 'Inicie sesión primero: relevo login <url>'), exitCodes.notAllowed);
  return new HubClient({ url: configuration.url, apiKey: configuration.api_key });
}

/** The address as it is used: `example.com:8000` is taken as HTTP on this machine and HTTPS elsewhere. @throws CommandError */
export function hubUrl(given: string): string {
  const scheme = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/i.test(given) ? 'http' : 'https';
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `${scheme}://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new CommandError(say(`${given} is not the address of a hub`, `${given} no es la dirección de un hub`), exitCodes.usage);
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** What a response that is no success says. */
export async function refusal(response: Response): Promise<CommandError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (response.status === 401 && (!problem.success || problem.data.code === 'unauthenticated')) {
    return new CommandError(
      say('The hub does not know this key any more: relevo login <url>', 'El hub ya no reconoce esta clave: relevo login <url>'),
      exitCodes.notAllowed,
    );
  }
  if (!problem.success) return new CommandError(`${response.url}: HTTP ${response.status}`, exitCodeOf(response.status));
  const { detail, title, code } = problem.data;
  return new CommandError(`${detail ?? title} (${code})`, exitCodeOf(response.status));
}

export function unreachable(url: string, error: unknown): CommandError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandError(say(`The hub at ${url} does not answer: ${reason}`, `El hub en ${url} no responde: ${reason}`), exitCodes.unreachable);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.notAllowed;
  if (status === 404) return exitCodes.notFound;
  if (status === 502 || status === 503 || status === 504) return exitCodes.unreachable;
  return exitCodes.failed;
}

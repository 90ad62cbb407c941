// How the agent gets in: enrolment, proof of possession, and the short-lived token that follows from it.
import { accessTokenCookie, challengeResultSchema, type Enrolment, enrolmentResultSchema, parseBearer, tokenResultSchema } from '@relevo/protocol';
import type { z } from 'zod';
import type { AgentSettings } from '../settings.ts';
import { HubRefusal, refusalOf, unreachable } from './hub-refusal.ts';
import type { Identity } from './identity.ts';

interface Token {
  value: string;
  renewAt: number;
}

export interface Access {
  /** A token that holds for a while yet: the kept one, or a new one. @throws HubRefusal */
  token(): Promise<string>;
  /** Says that the hub did not take `token`; the next call of `token()` proves anew. */
  reject(token: string): void;
  /** Makes the agent known to the hub with API_KEY; resolves to the id that the hub gave. @throws HubRefusal */
  enrol(): Promise<string>;
}

export type AccessSettings = Pick<AgentSettings, 'SERVER_URL' | 'API_KEY' | 'AGENT_NAME' | 'HUB_REQUEST_TIMEOUT_MS' | 'TOKEN_RENEW_BEFORE_MS'>;

/** `about` is what the agent says of its program and machine when it enrols. */
export function createAccess(settings: AccessSettings, identity: Identity, about: Pick<Enrolment, 'version' | 'platform'>): Access {
  let kept: Token | undefined;
  let proving: Promise<string> | undefined;

  async function prove(): Promise<string> {
    const agent_id = identity.agentId;
    if (agent_id === undefined) throw new HubRefusal('this agent is not enrolled yet', { status: 401, code: 'agent_unknown' });
    const { nonce } = await read(await post('/api/agent/challenge', { agent_id }), challengeResultSchema);
    const response = await post('/api/agent/token', { agent_id, nonce, signature: identity.prove(nonce) });
    const value = readCookie(response, accessTokenCookie);
    if (value === undefined) throw new HubRefusal('the hub sent no token');
    const { expires_in_ms } = await read(response, tokenResultSchema);
    kept = { value, renewAt: Date.now() + expires_in_ms - Math.min(settings.TOKEN_RENEW_BEFORE_MS, expires_in_ms / 3) };
    return value;
  }

  async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(`${settings.SERVER_URL}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(settings.HUB_REQUEST_TIMEOUT_MS),
    }).catch((error: unknown) => Promise.reject(unreachable(error)));
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  return {
    async token() {
      if (kept && Date.now() < kept.renewAt) return kept.value;
      proving ??= prove().finally(() => {
        proving = undefined;
      });
      return proving;
    },
    reject(token) {
      if (kept?.value === token) kept = undefined;
    },
    async enrol() {
      if (settings.API_KEY === undefined)
        throw new HubRefusal('the hub does not know this agent: set API_KEY to enrol it', { status: 401, code: 'api_key_absent' });
      const body: Enrolment = { public_key: identity.publicKey, name: settings.AGENT_NAME.slice(0, 128), ...about };
      const { agent_id } = await read(await post('/api/agent/enroll', body, { authorization: `Bearer ${settings.API_KEY}` }), enrolmentResultSchema);
      kept = undefined;
      return agent_id;
    },
  };
}

async function read<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.infer<Schema>> {
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new HubRefusal('SERVER_URL answers, but not as a Relevo hub does');
  return parsed.data;
}

function readCookie(response: Response, name: string): string | undefined {
  for (const line of response.headers.getSetCookie()) {
    const cookie = Bun.Cookie.parse(line);
    if (cookie.name === name) return parseBearer(cookie.value);
  }
  return undefined;
}

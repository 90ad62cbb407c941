// Requests to the hub in the agent's name.
import type { AgentSettings } from '../settings.ts';
import type { Access } from './access.ts';
import { HubRefusal, refusalOf, unreachable } from './hub-refusal.ts';

export interface HubRequests {
  /** A 2xx response of the hub. A token that it does not take is renewed once. @throws HubRefusal */
  request(path: string, init?: RequestInit & { timeoutMs?: number }): Promise<Response>;
}

export function createHubRequests(settings: Pick<AgentSettings, 'SERVER_URL' | 'HUB_REQUEST_TIMEOUT_MS'>, access: Access): HubRequests {
  async function once(path: string, init: RequestInit & { timeoutMs?: number }): Promise<Response> {
    const { timeoutMs = settings.HUB_REQUEST_TIMEOUT_MS, signal, ...rest } = init;
    const token = await access.token();
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${settings.SERVER_URL}${path}`, {
      ...rest,
      headers: { ...(rest.headers as Record<string, string> | undefined), authorization: `Bearer ${token}` },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).catch((error: unknown) => {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(error);
    });
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (refusal.status === 401) access.reject(token);
    throw refusal;
  }

  return {
    async request(path, init = {}) {
      return once(path, init).catch((error: unknown) => {
        if (error instanceof HubRefusal && error.status === 401) return once(path, init);
        throw error;
      });
    },
  };
}

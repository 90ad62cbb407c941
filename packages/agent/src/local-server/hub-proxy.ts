// What the local page asks of the hub through the agent: files to be had, and fetching one.
import { type ErrorCode, errorCodes } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { HubRefusal } from '../hub-link/hub-refusal.ts';
import type { HubRequests } from '../hub-link/hub-requests.ts';

export const fetchRequestSchema = z.object({ file_id: z.string().min(1).max(128) });
const hubFilesSchema = z.looseObject({ files: z.array(z.looseObject({ id: z.string(), name: z.string() })), next_cursor: z.string().nullable() });
const deliverySchema = z.looseObject({ operation_id: z.string() });

/** The hub's page of files, as it gave it. @throws ProblemError */
export async function listHubFiles(hub: HubRequests, query: URLSearchParams): Promise<unknown> {
  const passed = new URLSearchParams();
  for (const name of ['query', 'cursor', 'limit', 'sort']) {
    const value = query.get(name);
    if (value !== null) passed.set(name, value);
  }
  return ask(hub, `/api/agent/files?${passed}`, {}, hubFilesSchema);
}

/** Asks the hub to deliver a file to this agent; resolves to the operation's id. @throws ProblemError */
export async function requestDelivery(hub: HubRequests, fileId: string): Promise<string> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ file_id: fileId }) };
  return (await ask(hub, '/api/agent/deliveries', init, deliverySchema)).operation_id;
}

async function ask<Schema extends z.ZodType>(hub: HubRequests, path: string, init: RequestInit, schema: Schema): Promise<z.infer<Schema>> {
  const response = await hub.request(path, init).catch((error: unknown) => {
    throw error instanceof HubRefusal ? problemOf(error) : error;
  });
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new ProblemError('hub_unreachable', 'The hub gave an answer that this agent does not understand');
  return parsed.data;
}

/** The hub's own refusal where it means something to the person at this page. A 401 would only tell them to sign in somewhere. */
function problemOf({ code, status, message }: HubRefusal): ProblemError {
  if (Object.hasOwn(errorCodes, code) && status !== 401 && status < 500) return new ProblemError(code as ErrorCode, message);
  return new ProblemError('hub_unreachable', message);
}

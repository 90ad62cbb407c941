// One thing a client can do: what it takes, what it answers, and the handler. The route table says where it hangs and who may call it.
import type { ApiKeyScope, Language, Permission } from '@relevo/protocol';
import type { ProblemError } from '@relevo/runtime';
import type { z } from 'zod';

/** Who is asking, once the session or API key was checked. */
export interface Caller {
  userId: number;
  email: string;
  name: string;
  role: 'admin' | 'user';
  /** What they may beyond their own things; an administrator has all. */
  permissions: readonly Permission[];
  /** What the API key in use is held to; absent for a person at a screen and for a key without scopes. */
  scopes?: readonly ApiKeyScope[] | undefined;
}

export interface EndpointRequest<Params, Query, Body> {
  /** The request as it came; its body is unread unless the endpoint has a `body` schema. */
  raw: Request;
  url: URL;
  params: Params;
  query: Query;
  body: Body;
  /** The signed-in person; on `public` and `agent` endpoints `anonymous`, which owns nothing. */
  caller: Caller;
  /** The agent that proved itself; '' unless the endpoint is for agents. */
  agentId: string;
  language: Language;
  requestId: string;
  /** Address of the peer. */
  clientAddress: string;
}

export interface EndpointResponse {
  description: string;
  schema?: z.ZodType;
  /** Of a body that has no schema, as `text/csv`; absent: a refusal's problem document, or no body. */
  mediaType?: string;
}

export interface Endpoint<Params = unknown, Query = unknown, Body = unknown> {
  summary: string;
  /** Path parameters, a z.object. */
  params?: z.ZodType<Params>;
  /** Query parameters, a z.object; unknown ones are ignored. */
  query?: z.ZodType<Query>;
  /** JSON body; without it the handler reads `raw` itself. */
  body?: z.ZodType<Body>;
  /** Media type of a body that the handler reads itself, for the OpenAPI document. */
  bodyType?: string;
  /** Headers that the handler reads itself, each with what it is for, for the OpenAPI document. */
  headers?: Readonly<Record<string, string>>;
  responses: Record<number, EndpointResponse>;
  handle(request: EndpointRequest<Params, Query, Body>): Response | Promise<Response>;
  /** The form of its refusals, those before the handler included; a problem document when absent. */
  refuse?(problem: ProblemError, request: Request): Response;
}

/** Types an endpoint from its schemas. */
export function endpoint<Params = unknown, Query = unknown, Body = unknown>(definition: Endpoint<Params, Query, Body>): Endpoint<Params, Query, Body> {
  return definition;
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers } });
}

export function noContent(): Response {
  return new Response(null, { status: 204 });
}

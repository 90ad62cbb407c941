// Turns the route table into one fetch handler: who may call, what the input looks like, and every refusal as a problem document.
import { errorCodes, type Language, type Permission, permissions, pickLanguage } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import { Hono } from 'hono';
import type { z } from 'zod';
import { originAllowed } from '../auth/origin-check.ts';
import { isInScope, scopesFor } from '../auth/scopes.ts';
import type { RequestLimits } from '../limits/request-limits.ts';
import type { Caller, Endpoint } from './endpoint.ts';
import { issueTexts } from './issue-texts.ts';
import { readJson } from './read-json.ts';

/** Who may call: anybody, a signed-in person, an administrator, an agent that proved itself, a person with a permission. */
export type Access = 'public' | 'user' | 'admin' | 'agent' | Permission;
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';
// biome-ignore lint/suspicious/noExplicitAny: a table of endpoints of any input
export type AnyEndpoint = Endpoint<any, any, any>;
export type Route = readonly [Method, string, Access, AnyEndpoint];

/** Says who sends a request. */
export interface Gate {
  /** The person behind a session or API key; undefined when nobody. */
  person(request: Request): Promise<Caller | undefined>;
  /** The agent's id. @throws ProblemError when the request proves none */
  agent(request: Request): Promise<string>;
}

export interface RouterOptions {
  routes: readonly Route[];
  gate: Gate;
  /** How much one address and one user may ask; nothing is counted when absent. */
  limits?: Pick<RequestLimits, 'ofAddress' | 'ofUser'>;
  log: Log;
  publicUrl: string | undefined;
  jsonBodyMaxBytes: number;
  /** True while the hub is going away: nothing new is begun. */
  draining: () => boolean;
  onError: (code: string) => void;
  /** Told of every answer: the route as it stands in the table, and the time to its head. */
  onAnswered?: (method: string, route: string, response: Response, milliseconds: number) => void;
}

export interface RequestContext {
  requestId: string;
  clientAddress: string;
}

export type Router = (request: Request, context: RequestContext) => Promise<Response>;

/** Who a request turned out to come from, for the log. */
interface Sender {
  user_id?: number;
  agent_id?: string;
}

const nobody: Caller = { userId: 0, email: '', name: '', role: 'user', permissions: [] };

export function createRouter(options: RouterOptions): Router {
  const app = new Hono<{ Bindings: RequestContext }>();
  for (const [method, path, access, endpoint] of options.routes) {
    const honoPath = path.replace(/\{(\w+)\}/g, ':$1');
    app.on(method, honoPath, async (c) => {
      const began = performance.now();
      const sender: Sender = {};
      const response = await answer(c.req.raw, c.req.param() as Record<string, string>, c.env, [method, path, access, endpoint], options, sender).catch(
        (error: unknown) => refuse(error, c.req.raw, c.env, options, sender, endpoint),
      );
      // Nobody reads what a HEAD leaves out: a stream of events would keep its reader's place for good.
      if (c.req.raw.method === 'HEAD') await response.body?.cancel();
      const milliseconds = performance.now() - began;
      options.onAnswered?.(method, path, response, milliseconds);
      options.log.debug(
        { event: 'request', request_id: c.env.requestId, method, route: path, status: response.status, duration_ms: Math.round(milliseconds), ...sender },
        `${method} ${path} ${response.status}`,
      );
      return response;
    });
  }
  app.notFound((c) => {
    const allowed = allowedMethods(options.routes, c.req.path);
    const problem =
      allowed.length === 0 ? new ProblemError('not_found') : new ProblemError('method_not_allowed', undefined, { headers: { allow: allowed.join(', ') } });
    return refuse(problem, c.req.raw, c.env, options);
  });
  app.onError((error, c) => refuse(error, c.req.raw, c.env, options));
  return async (request, context) => app.fetch(request, context);
}

async function answer(
  raw: Request,
  pathParams: Record<string, string>,
  context: RequestContext,
  [, route, access, endpoint]: Route,
  options: RouterOptions,
  sender: Sender,
): Promise<Response> {
  options.limits?.ofAddress(context.clientAddress, route);
  const changes = raw.method !== 'GET' && raw.method !== 'HEAD';
  if (changes && options.draining()) throw new ProblemError('draining', 'the hub is going away', { headers: { 'retry-after': '2' } });
  if (changes && raw.headers.has('cookie') && access !== 'agent' && !originAllowed(raw, { publicUrl: options.publicUrl }))
    throw new ProblemError('origin_refused');
  const caller = access === 'public' || access === 'agent' ? nobody : await options.gate.person(raw);
  if (!caller) throw new ProblemError('unauthenticated');
  if (caller !== nobody) {
    sender.user_id = caller.userId;
    options.limits?.ofUser(caller.userId, route);
  }
  const scopes = scopesFor({ method: raw.method === 'HEAD' ? 'GET' : raw.method, route, access });
  if (!isInScope(caller.scopes, scopes)) {
    throw new ProblemError('scope_missing', scopes.length > 0 ? `the API key needs the scope ${scopes.join(' or ')}` : 'this needs a key without scopes', {
      extra: { scopes },
    });
  }
  if (access === 'admin' && caller.role !== 'admin') throw new ProblemError('forbidden', 'this is for administrators');
  const permission = permissions.find((each) => each === access);
  if (permission && !caller.permissions.includes(permission)) {
    throw new ProblemError('forbidden', `this needs the permission ${permission}; an administrator can grant it`, { extra: { permission } });
  }
  const agentId = access === 'agent' ? await options.gate.agent(raw) : '';
  if (agentId !== '') sender.agent_id = agentId;
  const url = new URL(raw.url);
  const language = pickLanguage(raw.headers.get('accept-language'), 'en');
  return endpoint.handle({
    raw,
    url,
    params: check(endpoint.params, pathParams, '', language),
    query: check(endpoint.query, Object.fromEntries(url.searchParams), '', language),
    body: endpoint.body ? check(endpoint.body, await readJson(raw, options.jsonBodyMaxBytes), 'body', language) : undefined,
    caller,
    agentId,
    language,
    requestId: context.requestId,
    clientAddress: context.clientAddress,
  });
}

/** @throws ProblemError invalid_request naming the first member that is wrong, and, in words for people, each of them */
function check(schema: z.ZodType | undefined, value: unknown, where: string, language: Language): unknown {
  if (!schema) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [where, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  const issues = parsed.error.issues.slice(0, 20).map((each) => ({ path: each.path.join('.'), message: issueTexts(each)[language] }));
  throw new ProblemError('invalid_request', `${path || 'request'}: ${issue?.message ?? 'not valid'}`, { extra: { issues } });
}

function refuse(
  error: unknown,
  request: Request,
  { requestId }: RequestContext,
  { log, onError }: RouterOptions,
  sender: Sender = {},
  endpoint?: AnyEndpoint,
): Response {
  const problem = error instanceof ProblemError ? error : asProblem(error);
  onError(problem.code);
  const fields = { event: 'request_failed', request_id: requestId, method: request.method, path: new URL(request.url).pathname, code: problem.code, ...sender };
  if (problem.status >= 500) log.error({ ...fields, err: error }, problem.message);
  else log.debug(fields, problem.message);
  return endpoint?.refuse?.(problem, request) ?? problem.toResponse();
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'SQLITE_FULL')) return new ProblemError('storage_full');
  return new ProblemError('internal', errorCodes.internal.title);
}

/** "The origin server MUST generate an Allow header field in a 405 response containing a list of the target resource's currently supported methods." (RFC 9110 §15.5.6) */
function allowedMethods(routes: readonly Route[], pathname: string): string[] {
  const methods = new Set<string>(routes.filter(([, path]) => matches(path, pathname)).map(([method]) => method));
  return [...methods].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function matches(path: string, pathname: string): boolean {
  if (path.endsWith('/*')) return pathname.startsWith(path.slice(0, -1));
  const parts = path.split('/');
  const given = pathname.split('/');
  return parts.length === given.length && parts.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]));
}

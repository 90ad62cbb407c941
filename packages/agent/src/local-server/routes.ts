// The whole surface of the agent's local server.
import { languages, parseFileName, pickLanguage, renderStepText } from '@relevo/protocol';
import { fileResponse, type Log, ProblemError, readBytes } from '@relevo/runtime';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Bandwidth } from '../files/bandwidth.ts';
import type { Folder } from '../files/folder.ts';
import type { HeldFiles } from '../files/held-files.ts';
import type { HubRequests } from '../hub-link/hub-requests.ts';
import type { Connection } from '../hub-link/link-phase.ts';
import type { TaskHistory } from '../tasks/task-history.ts';
import type { TaskRunner } from '../tasks/task-runner.ts';
import type { TaskView } from '../tasks/task-views.ts';
import { type EventStreams, eventStreamHeaders } from './event-stream.ts';
import { fetchRequestSchema, listHubFiles, requestDelivery } from './hub-proxy.ts';

/** The pages of the agent: the response to a request for one, undefined for anything else. */
export interface Pages {
  handle(request: Request): Promise<Response | undefined>;
}

/** What `GET /api/status` answers. */
interface Status {
  connection: Connection;
  agent_id: string | null;
  name: string;
  version: string;
  /** Where delivered files lie on this machine. */
  files_dir: string;
  /** Bytes per second that all transfers together may take; 0 sets no limit. */
  transfer_rate_max: number;
}

const historyQuerySchema = z.object({ cursor: z.string().max(512).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
const settingsSchema = z.object({ transfer_rate_max: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

export interface LocalParts {
  hub: HubRequests;
  held: HeldFiles;
  folder: Folder;
  events: EventStreams;
  pages: Pages;
  log: Log;
  bodyMaxBytes: number;
  status(): Status;
  runner: Pick<TaskRunner, 'tasks' | 'pause' | 'resume' | 'stopTransfer'>;
  history: TaskHistory;
  bandwidth: Bandwidth;
  /** Tries to reach the hub now. */
  reconnect(): void;
  /** The newest files, as the `files` event has them. */
  filesEvent(): Promise<unknown>;
}

export function localRoutes(parts: LocalParts): Hono {
  const { hub, held, folder, events, pages, log, runner } = parts;
  const app = new Hono();

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/api/status', (c) => c.json(parts.status()));
  app.patch('/api/settings', async (c) => {
    const { transfer_rate_max } = await readBody(c, settingsSchema, parts.bodyMaxBytes);
    await parts.bandwidth.set(transfer_rate_max);
    return c.json({ transfer_rate_max });
  });
  app.post('/api/reconnect', (c) => {
    parts.reconnect();
    return c.body(null, 202);
  });
  app.get('/api/transfers', (c) => c.json({ transfers: withMessages(runner.tasks(), c.req.header('accept-language')) }));
  const changes = { pause: runner.pause, resume: runner.resume, stop: runner.stopTransfer } as const;
  for (const [verb, change] of Object.entries(changes)) {
    app.post(`/api/transfers/:id/${verb}`, async (c) => {
      if (!(await change(c.req.param('id') ?? ''))) throw new ProblemError('not_found', 'This agent has no such transfer under way');
      return c.body(null, 202);
    });
  }
  app.get('/api/history', async (c) => {
    const query = historyQuerySchema.safeParse(c.req.query());
    if (!query.success) throw new ProblemError('invalid_request', query.error.issues[0]?.message);
    const { tasks, next_cursor } = await parts.history.page(query.data.cursor, query.data.limit);
    return c.json({ tasks: withMessages(tasks, c.req.header('accept-language')), next_cursor });
  });
  app.get('/api/files', async (c) => {
    await held.reconcile();
    return c.json({ files: await held.list() });
  });
  app.get('/api/hub/files', async (c) => c.json((await listHubFiles(hub, new URL(c.req.url).searchParams)) as object));
  app.post('/api/files', async (c) =>
    c.json({ operation_id: await requestDelivery(hub, (await readBody(c, fetchRequestSchema, parts.bodyMaxBytes)).file_id) }, 202),
  );
  app.get('/api/files/:name/content', async (c) => {
    const file = await held.find(nameOf(c));
    if (!file) throw new ProblemError('not_found', 'This agent holds no such file');
    const disposition = c.req.query('inline') === undefined ? 'attachment' : 'inline';
    return fileResponse(c.req.raw, {
      path: folder.path(file.name),
      size: file.size,
      sha256: file.sha256,
      name: file.name,
      mediaType: file.media_type,
      disposition,
    });
  });
  app.post('/api/files/:name/verify', async (c) => {
    const isIntact = await held.verify(nameOf(c));
    if (isIntact === undefined) throw new ProblemError('not_found', 'This agent holds no such file');
    return c.json({ intact: isIntact });
  });
  app.delete('/api/files/:name', async (c) => {
    if (!(await held.remove(nameOf(c)))) throw new ProblemError('not_found', 'This agent holds no such file');
    return c.body(null, 204);
  });
  app.get('/api/events', async (c) => {
    // Nobody reads what a HEAD leaves out: the stream would keep its place.
    if (c.req.raw.method === 'HEAD') return new Response(null, { headers: eventStreamHeaders });
    const stream = events.open([
      ['connection', parts.status().connection],
      ['transfers', { transfers: runner.tasks() }],
      ['files', await parts.filesEvent()],
    ]);
    if (!stream) throw new ProblemError('too_many_connections', 'Too many event streams are open');
    return stream;
  });
  app.all('/api/*', (c) => {
    const allowed = allowedMethods(app, c.req.path);
    // "The origin server MUST generate an Allow header field in a 405 response" (RFC 9110 §15.5.6).
    if (allowed.length > 0) throw new ProblemError('method_not_allowed', undefined, { headers: { allow: allowed.join(', ') } });
    throw new ProblemError('not_found', `Nothing answers ${c.req.method} ${c.req.path}`);
  });
  app.all('*', async (c) => {
    const page = await pages.handle(c.req.raw);
    if (!page) throw new ProblemError('not_found');
    return page;
  });

  app.onError((error) => {
    if (error instanceof ProblemError) return error.toResponse();
    log.error({ event: 'request_failed', err: error }, 'a request to the local page failed');
    return new ProblemError('internal', 'The agent failed').toResponse();
  });
  return app;
}

/** The sentence of each task in the reader's language, beside its code. */
export function withMessages(tasks: readonly TaskView[], acceptLanguage: string | undefined): (TaskView & { message: string })[] {
  const language = pickLanguage(acceptLanguage, languages[0]);
  return tasks.map((task) => ({ ...task, message: renderStepText(task.text, language) }));
}

async function readBody<Schema extends z.ZodType>(c: Context, schema: Schema, maxBytes: number): Promise<z.infer<Schema>> {
  const parsed = schema.safeParse(jsonOf((await readBytes(c.req.raw, maxBytes, 'a body')).toString()));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ProblemError('invalid_request', `${['body', ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

/** Undefined when it is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is taken at a path where the method that came is not. */
function allowedMethods(app: Hono, path: string): string[] {
  const isHere = (pattern: string) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path);
  const methods = new Set(app.routes.filter((route) => route.method !== 'ALL' && isHere(route.path)).map((route) => route.method));
  return [...methods].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function nameOf(c: Context): string {
  const parsed = parseFileName(c.req.param('name') ?? '');
  if ('fault' in parsed) throw new ProblemError('not_found', 'This agent holds no such file');
  return parsed.name;
}

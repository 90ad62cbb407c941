// The whole surface of the agent's local server.
import { languages, parseFileName, pickLanguage, renderStepText } from '@relevo/protocol';
import { fileResponse, type Log, ProblemError } from '@relevo/runtime';
import { type Context, Hono } from 'hono';
import type { Folder } from '../files/folder.ts';
import type { HeldFiles } from '../files/held-files.ts';
import type { HubRequests } from '../hub-link/hub-requests.ts';
import type { Connection } from '../hub-link/link-phase.ts';
import type { TaskView } from '../tasks/task-views.ts';
import type { EventStreams } from './event-stream.ts';
import { fetchRequestSchema, listHubFiles, requestDelivery } from './hub-proxy.ts';

/** The pages of the agent: the response to a request for one, undefined for anything else. */
export interface Pages {
  handle(request: Request): Promise<Response | undefined>;
}

export interface LocalParts {
  hub: HubRequests;
  held: HeldFiles;
  folder: Folder;
  events: EventStreams;
  pages: Pages;
  log: Log;
  bodyMaxBytes: number;
  status(): { connection: Connection; agent_id: string | null; name: string; version: string };
  tasks(): TaskView[];
  /** The newest files, as the `files` event has them. */
  filesEvent(): Promise<unknown>;
}

export function localRoutes(parts: LocalParts): Hono {
  const { hub, held, folder, events, pages, log } = parts;
  const app = new Hono();

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/api/status', (c) => c.json(parts.status()));
  app.get('/api/transfers', (c) => c.json({ transfers: withMessages(parts.tasks(), c.req.header('accept-language')) }));
  app.get('/api/files', async (c) => {
    await held.reconcile();
    return c.json({ files: await held.list() });
  });
  app.get('/api/hub/files', async (c) => c.json((await listHubFiles(hub, new URL(c.req.url).searchParams)) as object));
  app.post('/api/files', async (c) => c.json({ operation_id: await requestDelivery(hub, await readFileId(c, parts.bodyMaxBytes)) }, 202));
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
  app.delete('/api/files/:name', async (c) => {
    if (!(await held.remove(nameOf(c)))) throw new ProblemError('not_found', 'This agent holds no such file');
    return c.body(null, 204);
  });
  app.get('/api/events', async () => {
    const stream = events.open([
      ['connection', parts.status().connection],
      ['transfers', { transfers: parts.tasks() }],
      ['files', await parts.filesEvent()],
    ]);
    if (!stream) throw new ProblemError('too_many_connections', 'Too many event streams are open');
    return stream;
  });
  app.all('/api/*', (c) => {
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

async function readFileId(c: Context, maxBytes: number): Promise<string> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw new ProblemError('body_too_large', `The body may have ${maxBytes} bytes`);
  const parsed = fetchRequestSchema.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) throw new ProblemError('invalid_request', 'The body must be JSON: {"file_id": "…"}');
  return parsed.data.file_id;
}

function nameOf(c: Context): string {
  const parsed = parseFileName(c.req.param('name') ?? '');
  if ('fault' in parsed) throw new ProblemError('not_found', 'This agent holds no such file');
  return parsed.name;
}

// The agent's own HTTP server: guards, routes, events, and the headers every answer carries.
import { type Log, listening, ProblemError } from '@relevo/runtime';
import type { AgentSettings } from '../settings.ts';
import { createTickLimit } from '../tasks/tick-limit.ts';
import { createEventStreams, type LocalEventName } from './event-stream.ts';
import { createOwnHosts } from './own-hosts.ts';
import { createPassword } from './password.ts';
import { type LocalParts, localRoutes } from './routes.ts';

/** Files in one `files` event; a page that needs more asks for the list. */
const filesEventMax = 500;

export interface LocalServer {
  url: string;
  /** Something changed: the pages hear of it, at most once per interval and kind. */
  changed(name: LocalEventName): void;
  stop(): Promise<void>;
}

export type LocalServerParts = Omit<LocalParts, 'events' | 'bodyMaxBytes' | 'filesEvent'>;

/** Listens. @throws SettingsError, CannotStart */
export function startLocalServer(settings: AgentSettings, parts: LocalServerParts, log: Log): LocalServer {
  const events = createEventStreams(settings.LOCAL_EVENT_STREAMS_MAX);
  const filesEvent = async () => {
    const files = await parts.held.list();
    return { files: files.slice(0, filesEventMax), total: files.length };
  };
  const app = localRoutes({ ...parts, events, filesEvent, bodyMaxBytes: settings.LOCAL_BODY_MAX_BYTES });
  const password = createPassword(settings.AGENT_PASSWORD);

  const listen = () =>
    Bun.serve({
      hostname: settings.AGENT_HOST,
      port: settings.AGENT_PORT,
      development: false,
      // The server's own refusal has no code; whoever reads a body holds it to LOCAL_BODY_MAX_BYTES.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      async fetch(request, bun) {
        try {
          ownHosts.check(request);
          const { pathname } = new URL(request.url);
          if (pathname !== '/healthz') password.check(request, bun.requestIP(request)?.address ?? '');
          // Event streams and large files may be silent or slow for longer than the server's own patience.
          if (pathname.startsWith('/api/')) bun.timeout(request, 0);
          return guarded(await app.fetch(request));
        } catch (error) {
          if (error instanceof ProblemError) return guarded(error.toResponse());
          log.error({ event: 'request_failed', err: error }, 'a request to the local page failed');
          return guarded(new ProblemError('internal', 'The agent failed').toResponse());
        }
      },
    });
  const server = listening({ host: ['AGENT_HOST', settings.AGENT_HOST], port: ['AGENT_PORT', settings.AGENT_PORT] }, listen);
  const ownHosts = createOwnHosts({ boundHost: settings.AGENT_HOST, names: settings.AGENT_HOST_NAMES, port: server.port ?? settings.AGENT_PORT });

  const senders: Record<LocalEventName, () => void> = {
    connection: () => events.send('connection', parts.status().connection),
    transfers: () => events.send('transfers', { transfers: parts.runner.tasks() }),
    files: () => {
      void filesEvent()
        .then((data) => events.send('files', data))
        .catch((error: unknown) => log.error({ event: 'files_event_failed', err: error }, 'the list of files could not be sent'));
    },
  };
  const limits = {
    connection: createTickLimit<undefined>(settings.LOCAL_EVENTS_INTERVAL_MS, senders.connection),
    transfers: createTickLimit<undefined>(settings.LOCAL_EVENTS_INTERVAL_MS, senders.transfers),
    files: createTickLimit<undefined>(settings.LOCAL_EVENTS_INTERVAL_MS, senders.files),
  };

  return {
    url: server.url.href.replace(/\/$/, ''),
    changed(name) {
      if (events.count > 0) limits[name].offer(undefined);
    },
    async stop() {
      for (const limit of Object.values(limits)) limit.end();
      events.close();
      await server.stop(true);
    },
  };
}

const guards = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};

/** Adds what an answer does not say itself. */
function guarded(response: Response): Response {
  for (const [name, value] of Object.entries(guards)) if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

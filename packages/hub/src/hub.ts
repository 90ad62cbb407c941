// Wires the hub together: database, capabilities, routes, server; and takes it down again.
import { readFileSync } from 'node:fs';
import { WatchSockets } from '@relevo/progress/socket';
import { type Log, lockDataFolder, type RunningService, SettingsError } from '@relevo/runtime';
import { createPages } from '@relevo/web/serve';
import { createActivity } from './activity/activity-parts.ts';
import { accessTokenOf } from './agents/access-token-of.ts';
import { Agents } from './agents/agents.ts';
import { openAgentSocket } from './agents/open-agent-socket.ts';
import { AuditLog } from './audit/audit-log.ts';
import type { FirstAdmin } from './auth/auth.ts';
import { createAuth } from './auth/create-auth.ts';
import { openHubDatabase } from './database/database.ts';
import { keptSecret } from './database/secrets.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import { Executables } from './executables/executables.ts';
import { createFiles } from './files/files.ts';
import { tusUploads } from './files/tus/tus-uploads.ts';
import { createRouter } from './http/router.ts';
import { createServer, type HubServer } from './http/server.ts';
import type { Topics } from './http/socket.ts';
import { openIspRecords } from './isp/isp.ts';
import { openIspOperations } from './isp/isp-operations.ts';
import { RequestLimits } from './limits/request-limits.ts';
import { Metrics } from './metrics/metrics.ts';
import { EventStreams } from './operations/event-streams.ts';
import { openWatchSocket } from './operations/open-watch-socket.ts';
import { Operations } from './operations/operations.ts';
import { closeSocketsOf, watchLimits } from './operations/watch-sockets.ts';
import { routes } from './routes.ts';
import type { HubSettings } from './settings.ts';

export interface Hub extends RunningService {
  /** The first administrator, when one was just made with a generated password: to be shown once. */
  firstAdmin: FirstAdmin | undefined;
}

/** How long requests under way may take to end when the hub goes away, milliseconds. */
const requestDrainMs = 5_000;
/** How often it is looked whether they have, milliseconds. */
const drainLookMs = 20;
/** What may wait for a watcher between two looks at how far behind it is, bytes: beyond it is cut off, without a code that says why. */
const burstMaxBytes = 16 * 1024 ** 2;
/** No bound of the server's own, whose refusal has no code: JSON and files each have theirs. */
const requestBodyMaxBytes = Number.MAX_SAFE_INTEGER;

export async function startHub(settings: HubSettings, log: Log): Promise<Hub> {
  const executables = new Executables(settings.EXECUTABLES_DIR);
  const unlock = lockDataFolder('HUB_DATA_DIR', settings.HUB_DATA_DIR);
  const database = await openHubDatabase(settings.HUB_DATA_DIR);
  const { db, connection } = database;
  const secret = await keptSecret(db, 'AUTH_SECRET', settings.AUTH_SECRET);
  const apiKey = await keptSecret(db, 'API_KEY', settings.API_KEY);
  let server: HubServer | undefined;
  let draining = false;

  const topics: Topics = {
    publish(topic, text) {
      const watchers = server?.subscriberCount(topic) ?? 0;
      if (watchers > 0) server?.publish(topic, text);
      return watchers;
    },
    isHeard: (topic) => (server?.subscriberCount(topic) ?? 0) > 0,
  };
  const operations = new Operations({ database, settings, log, topics });
  await operations.restore();
  const audit = new AuditLog(db, settings.AUDIT_HISTORY_MS);
  const auth = await createAuth({ db, settings, secret, audit, log });
  const firstAdmin = await auth.ensureFirstAdmin();
  const files = await createFiles({ db, settings, dataDir: settings.HUB_DATA_DIR, log });
  const agents = new Agents({ database, operations, settings, apiKey, secret, audit, log });
  await agents.sessions.recover(new Date().toISOString());
  const isp = await openIspRecords({ db, connection, audit, operations, settings, log });
  const ispOperations = await openIspOperations({ ...isp, db, operations, agents, audit, settings, log });
  const activity = createActivity({ db, settings, log, agentsOnline: () => agents.links.size });
  const deliveries = new Deliveries({ operations, agents, files, retries: activity.retries });
  const uploads = await tusUploads({ files, db, settings, dataDir: settings.HUB_DATA_DIR, log });
  if (settings.LOCAL_AGENT_TOKEN) await agents.tokens.ensure({ uses: 1, expiresAt: undefined, labels: [], approved: true }, settings.LOCAL_AGENT_TOKEN);

  const sockets = new WatchSockets(watchLimits(settings));
  const streams = new EventStreams();
  const limits = new RequestLimits(settings);
  const sizes = {
    connections: () => ({ progress: sockets.size, agent: agents.links.size, events: streams.size }),
    operationsActive: () => operations.engine.size,
  };
  const metrics = new Metrics(sizes);
  const onRefused = (code: string) => metrics.error(code);
  const transferred = (direction: 'in' | 'out', bytes: number) => {
    metrics.transferred(direction, bytes);
    activity.figures.transferred(direction, bytes);
  };
  files.onCreated((file) => transferred('in', file.size));
  streams.onSent = () => metrics.messages('out');
  operations.onPublished((batch, sent) => {
    sockets.published(batch);
    metrics.shown(batch);
    metrics.messages('out', sent);
    activity.figures.shown(batch);
    activity.traces.shown(batch);
  });
  auth.onSessionEnded((end) => {
    closeSocketsOf(sockets, end);
    streams.closeOf(end);
  });
  const tls = readTls(settings);
  const publicUrl = settings.PUBLIC_URL;
  const secureCookies = tls !== undefined || publicUrl?.startsWith('https:') === true;
  const pages = createPages('hub');

  server = createServer({
    port: settings.HUB_PORT,
    hostname: settings.HUB_HOST,
    tls,
    router: createRouter({
      routes: routes({
        auth,
        activity,
        files,
        uploads,
        agents,
        executables,
        audit,
        isp,
        ispOperations,
        deliveries,
        operations,
        sockets,
        streams,
        limits,
        metrics,
        metricsToken: settings.METRICS_TOKEN,
        settings,
        health: { db, dataDir: settings.HUB_DATA_DIR, ...sizes },
        secureCookies,
        draining: () => draining,
      }),
      gate: { person: (request) => auth.callerOf(request), agent: (request) => agents.authenticate(accessTokenOf(request)) },
      limits,
      log,
      publicUrl,
      jsonBodyMaxBytes: settings.JSON_BODY_MAX_BYTES,
      draining: () => draining,
      onError: onRefused,
      onAnswered: (method, route, response, milliseconds) => {
        metrics.answered(method, route, response.status, milliseconds);
        if (route.endsWith('/content') && response.body) transferred('out', Number(response.headers.get('content-length') ?? 0));
      },
    }),
    sockets: {
      '/ws': (request) => openAgentSocket(request, agents),
      '/ws/progress': openWatchSocket({ auth, operations, sockets, settings, publicUrl, onRefused }),
    },
    pages: (request) => pages.handle(request),
    draining: () => draining,
    limits,
    trustedProxies: new Set(settings.TRUSTED_PROXIES),
    log,
    onMessage: (direction) => metrics.messages(direction),
    onError: onRefused,
    requestBodyMaxBytes,
    messageMaxBytes: Math.max(settings.AGENT_MESSAGE_MAX_BYTES, settings.PROGRESS_MESSAGE_MAX_BYTES),
    backpressureLimitBytes: Math.max(settings.PROGRESS_BUFFER_MAX_BYTES * 16, burstMaxBytes),
  });
  const running = server;
  void pages.warm().catch((error: unknown) => log.error({ event: 'pages_failed', err: error }, 'the pages could not be built'));

  let stopped: Promise<void> | undefined;
  const takeDown = async (): Promise<void> => {
    draining = true;
    sockets.drain();
    streams.drain();
    agents.drain();
    ispOperations.drain();
    await requestsEnded(running);
    await running.stop(true);
    await isp.imports.close();
    await ispOperations.stop();
    await operations.close();
    await activity.figures.close();
    uploads.stop();
    files.stop();
    auth.close();
    await db.destroy();
    unlock();
  };

  return {
    url: publicUrl ?? `${tls ? 'https' : 'http'}://${hostOf(settings.HUB_HOST)}:${running.port}`,
    firstAdmin,
    // Whoever asks again waits for the same end.
    stop: () => (stopped ??= takeDown()),
  };
}

/** Waits for the requests under way. The door stays open meanwhile: whoever asks /readyz is told 503, and not that nobody is there. */
async function requestsEnded(server: HubServer): Promise<void> {
  const deadline = Date.now() + requestDrainMs;
  while (server.pendingRequests > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, drainLookMs));
}

function readTls({ TLS_CERT, TLS_KEY }: HubSettings): { cert: string; key: string } | undefined {
  if (TLS_CERT === undefined && TLS_KEY === undefined) return undefined;
  return { cert: readPem('TLS_CERT', TLS_CERT), key: readPem('TLS_KEY', TLS_KEY) };
}

function readPem(name: string, path: string | undefined): string {
  try {
    const text = readFileSync(path ?? '', 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch {
    // The refusal below says it.
  }
  throw new SettingsError(`${name}=${JSON.stringify(path ?? '')} is not allowed: it must be the path of a readable PEM file; TLS_CERT and TLS_KEY go together`);
}

/** What to type into a browser on this machine. */
function hostOf(hostname: string): string {
  if (hostname === '0.0.0.0' || hostname === '::') return 'localhost';
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}

// Wires an agent together and runs it.
import { arch, platform, release } from 'node:os';
import { type Log, lockDataFolder, type RunningService } from '@relevo/runtime';
import { createPages } from '@relevo/web/serve';
import { openAgentDatabase } from './database/database.ts';
import { openBandwidth } from './files/bandwidth.ts';
import { deleteFile } from './files/delete-file.ts';
import { fetchFile } from './files/fetch-file.ts';
import { openFolder } from './files/folder.ts';
import { createHeldFiles } from './files/held-files.ts';
import { openKnownChunks } from './files/known-chunks.ts';
import { createPartials } from './files/partials.ts';
import { createRangeWorkers } from './files/range-workers.ts';
import { createWholeHashes } from './files/whole-hash.ts';
import { createAccess } from './hub-link/access.ts';
import { createHubLink, type HubLink } from './hub-link/hub-link.ts';
import { createHubRequests } from './hub-link/hub-requests.ts';
import type { HubMessage } from './hub-link/hub-socket.ts';
import { openIdentity } from './hub-link/identity.ts';
import type { Connection } from './hub-link/link-phase.ts';
import { type LocalServer, startLocalServer } from './local-server/local-server.ts';
import { routerHandlers } from './routers/router-handlers.ts';
import type { AgentSettings } from './settings.ts';
import { createInbox } from './tasks/inbox.ts';
import { createOutbox } from './tasks/outbox.ts';
import { createReportSender } from './tasks/report-sender.ts';
import type { TaskHandler } from './tasks/task-handler.ts';
import { createTaskHistory } from './tasks/task-history.ts';
import { createTaskRunner } from './tasks/task-runner.ts';
import { version } from './version.ts';

export interface RunningAgent extends RunningService {
  connection(): Connection;
  /** Bundles the page now instead of at its first request. */
  warm(): Promise<void>;
}

/** Starts an agent: it serves its page at once and reaches its hub whenever that is there. @throws SettingsError, CannotStart */
export async function startAgent(settings: AgentSettings, log: Log): Promise<RunningAgent> {
  const unlock = lockDataFolder('AGENT_DATA_DIR', settings.AGENT_DATA_DIR);
  const database = await openAgentDatabase(settings.AGENT_DATA_DIR);
  const { db } = database;
  const identity = await openIdentity(db);
  const about = { version, platform: `${platform()} ${release()} ${arch()}` };
  const access = createAccess(settings, identity, about);
  const hub = createHubRequests(settings, access);

  const pages = createPages('agent');
  let page: LocalServer | undefined;
  const inbox = createInbox(database, settings.INBOX_ENDED_MAX);
  const outbox = createOutbox(database, settings.OUTBOX_MAX);
  const sender = createReportSender(outbox, settings.OUTBOX_IN_FLIGHT_MAX, (report) => link.send(report), log);
  const folder = await openFolder(settings.FILES_DIR);
  const hashes = createWholeHashes();
  const known = await openKnownChunks(database, settings.KNOWN_CHUNKS_MAX);
  const held = createHeldFiles({
    db,
    folder,
    outbox,
    hashes,
    known,
    onChange() {
      sender.wake();
      page?.changed('files');
    },
  });
  const partials = createPartials(db, folder);
  const workers = createRangeWorkers(settings.TRANSFER_WORKERS);
  const bandwidth = await openBandwidth(db, settings.TRANSFER_RATE_MAX_BYTES);
  const routers = routerHandlers(settings, identity);
  const handlers = new Map<string, TaskHandler>([
    ['file.fetch', fetchFile({ settings, access, hub, folder, held, known, partials, workers, bandwidth, hashes })],
    ['file.delete', deleteFile(held)],
    ...routers.handlers,
  ]);
  const history = createTaskHistory(db);
  const runner = createTaskRunner({
    database,
    history,
    inbox,
    outbox,
    handlers,
    settings,
    log,
    sendTick: (tick) => link.send(tick),
    onReport: sender.wake,
    onChange: () => page?.changed('transfers'),
  });

  async function onMessages(messages: readonly HubMessage[]): Promise<void> {
    const acked = messages.findLast((message) => message.type === 'acked');
    if (acked) {
      outbox.acked(acked.seq);
      sender.acked(acked.seq);
    }
    const tasks = messages.filter((message) => message.type === 'task');
    const last = tasks.at(-1);
    if (!last) return;
    await runner.take(tasks);
    link.send({ type: 'received', seq: last.seq });
  }

  const link: HubLink = createHubLink({
    settings,
    identity,
    access,
    about,
    log,
    receivedSeq: inbox.receivedSeq,
    async onWelcome({ acked_seq }) {
      await outbox.agree(acked_seq);
      await held.reconcile();
      await held.queueInventory();
      sender.begin(acked_seq);
    },
    onMessages,
    onNewHub: runner.forget,
    onChange(connection) {
      if (connection.state !== 'connected') sender.end();
      page?.changed('connection');
    },
  });

  page = startLocalServer(
    settings,
    {
      hub,
      held,
      folder,
      pages,
      log,
      runner,
      history,
      bandwidth,
      reconnect: link.reconnect,
      status: () => ({
        connection: link.connection(),
        agent_id: identity.agentId ?? null,
        name: settings.AGENT_NAME,
        version,
        files_dir: folder.path(''),
        transfer_rate_max: bandwidth.limit,
      }),
    },
    log,
  );
  await partials.clean(new Set((await inbox.waiting()).map(({ taskId }) => taskId)));
  await held.reconcile();
  await runner.start();
  link.start();

  const { url, stop: stopPage } = page;
  return {
    url,
    connection: link.connection,
    warm: pages.warm,
    async stop() {
      await Promise.all([runner.stop(), link.stop()]);
      await stopPage();
      routers.close();
      workers.stop();
      hashes.stop();
      await known.stop();
      await db.destroy();
      unlock();
    },
  };
}

// GET /api/admin/health: how the hub is, measured when it is asked.
import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { hubHealthSchema } from '@relevo/protocol';
import { sql } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { version } from '../version.ts';

export interface HealthSources {
  db: HubDatabase;
  dataDir: string;
  connections(): { progress: number; agent: number; events: number };
  operationsActive(): number;
}

/** How finely delays are seen, milliseconds. */
const resolutionMs = 20;
const nanosecondsPerMs = 1e6;

/** How late the event loop is: what every request and socket waits. */
class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  #since = Date.now();

  constructor() {
    this.#histogram.enable();
  }

  /** Since the last look, or the start. */
  read() {
    const { mean, max } = this.#histogram;
    // Nothing was measured yet when the mean is no number.
    const late = (nanoseconds: number) => Math.round((nanoseconds / nanosecondsPerMs) * 10) / 10 || 0;
    const figures = { mean_ms: late(mean), p99_ms: late(this.#histogram.percentile(99)), max_ms: late(max), over_ms: Date.now() - this.#since };
    this.#histogram.reset();
    this.#since = Date.now();
    return figures;
  }
}

export function getHealth({ db, dataDir, connections, operationsActive }: HealthSources) {
  const startedAt = new Date(Date.now() - Math.round(process.uptime() * 1000)).toISOString();
  const delay = new LoopDelay();
  return endpoint({
    summary: 'How the hub is: uptime, memory, disk, database, event loop, queues',
    responses: { 200: { description: 'Now', schema: hubHealthSchema } },
    async handle() {
      const disk = await statfs(dataDir);
      const { rss, heapUsed } = process.memoryUsage();
      return json({
        version,
        runtime: `Bun ${Bun.version}`,
        platform: `${process.platform} ${process.arch}`,
        pid: process.pid,
        started_at: startedAt,
        uptime_ms: Math.round(process.uptime() * 1000),
        memory: { rss_bytes: rss, heap_used_bytes: heapUsed },
        event_loop: delay.read(),
        disk: { total_bytes: disk.blocks * disk.bsize, free_bytes: disk.bavail * disk.bsize },
        database: { size_bytes: await databaseSize(db) },
        connections: connections(),
        operations_active: operationsActive(),
        ...(await counts(db)),
      });
    },
  });
}

async function databaseSize(db: HubDatabase): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`.execute(db);
  return rows[0]?.bytes ?? 0;
}

async function counts(db: HubDatabase) {
  const row = await db
    .selectNoFrom((from) => [
      from
        .selectFrom('file')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('files'),
      from
        .selectFrom('file')
        .select((sum) => sum.fn.coalesce(sum.fn.sum<number>('size'), sum.lit(0)).as('n'))
        .as('file_bytes'),
      from
        .selectFrom('upload')
        .select((count) => count.fn.countAll<number>().as('n'))
        .where('file_id', 'is', null)
        .as('uploads_unfinished'),
      from
        .selectFrom('agent_task')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('agent_tasks'),
      from
        .selectFrom('operation')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('operations_kept'),
      from
        .selectFrom('audit_entry')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('audit_entries'),
    ])
    .executeTakeFirstOrThrow();
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? 0]));
}

// Reports for the hub, kept until it says that it has them. Each has a number; numbers only grow; they go out in order.
import type { AgentReport } from '@relevo/protocol';
import { type OpenedDatabase, preparedQuery } from '@relevo/runtime';
import type { Transaction } from 'kysely';
import type { AgentDatabase } from '../database/database.ts';
import { readFact, writeFact } from '../database/facts.ts';
import type { AgentSchema } from '../database/schema.ts';

type WithoutSeq<Report> = Report extends unknown ? Omit<Report, 'seq'> : never;
/** A report before it has its number. */
export type Report = WithoutSeq<AgentReport>;

export interface Outbox {
  /** Writes reports; the same transaction may hold what they tell of. */
  add(reports: readonly Report[], trx: Transaction<AgentSchema>): Promise<void>;
  /** The oldest reports after `seq`, at most `limit`: all of them on the disk, so that their numbers are not given again. */
  after(seq: number, limit: number): Promise<AgentReport[]>;
  /** The hub has journaled everything up to `seq`: it goes when something is added. Until then it does no harm, as the hub says its count when it is back. */
  acked(seq: number): void;
  /** The hub's count on a new connection: when ours is behind it (restored from an image), what waits is numbered anew after it. */
  agree(ackedSeq: number): Promise<void>;
  clear(): Promise<void>;
}

const counter = 'outbox_seq';

/**
 * `maxRows` bounds what is kept: beyond it, the oldest reports that only say that work goes on are dropped. Rows are written by prepared statements
 * inside the caller's transaction, several times faster than built queries.
 */
export function createOutbox({ db, connection, flushed }: OpenedDatabase<AgentSchema>, maxRows: number): Outbox {
  const insert = connection.query('INSERT INTO outbox (seq, type, task_id, passing, body) VALUES (?, ?, ?, ?, ?)');
  const forget = connection.query('DELETE FROM outbox WHERE seq <= ?');
  const findOldest = connection.query<{ oldest: number | null }, []>('SELECT min(seq) AS oldest FROM outbox');
  const setCounter = connection.query(`INSERT INTO agent_fact (name, value) VALUES ('${counter}', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`);
  let ackedSeq = 0;
  /** The last number that was given, once it is known. One that a failed transaction gave is not given again. */
  let lastSeq: number | undefined;

  /** Of too many rows, drops the oldest that only say that work goes on; counts them only when their numbers, which have gaps, tell of so many. */
  async function dropPassing(trx: AgentDatabase, end: number): Promise<void> {
    if (end - (findOldest.get()?.oldest ?? end) <= maxRows) return;
    const { rows } = await trx
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    if (rows <= maxRows) return;
    const passing = trx
      .selectFrom('outbox')
      .select('seq')
      .where('passing', '=', 1)
      .orderBy('seq')
      .limit(rows - maxRows);
    await trx.deleteFrom('outbox').where('seq', 'in', passing).execute();
  }

  return {
    async add(reports, trx) {
      if (reports.length === 0) return;
      let seq = lastSeq ?? Number((await readFact(trx, counter)) ?? 0);
      forget.run(ackedSeq);
      for (const report of reports) {
        const task_id = report.type === 'task_report' ? report.task_id : null;
        const passing = report.type === 'task_report' && report.status === 'in_progress' && report.result === undefined ? 1 : 0;
        seq += 1;
        insert.run(seq, report.type, task_id, passing, JSON.stringify(report));
      }
      setCounter.run(String(seq));
      lastSeq = seq;
      await dropPassing(trx, seq);
    },
    async after(seq, limit) {
      const rows = await selectAfter(db, { seq, limit });
      await flushed();
      return rows.map((row) => ({ ...(JSON.parse(row.body) as Report), seq: row.seq }) as AgentReport);
    },
    acked(seq) {
      ackedSeq = seq;
    },
    async agree(seq) {
      await db.transaction().execute(async (trx) => {
        const last = Number((await readFact(trx, counter)) ?? 0);
        if (last >= seq) {
          await trx.deleteFrom('outbox').where('seq', '<=', seq).execute();
          return;
        }
        lastSeq = undefined;
        // Every kept number is at most `last`, so moving all of them by `seq` passes none that is still in use.
        await trx
          .updateTable('outbox')
          .set(({ eb }) => ({ seq: eb('seq', '+', seq) }))
          .execute();
        await writeFact(trx, counter, String(last + seq));
      });
      ackedSeq = seq;
    },
    async clear() {
      ackedSeq = 0;
      await db.transaction().execute(async (trx) => {
        lastSeq = undefined;
        await trx.deleteFrom('outbox').execute();
        await writeFact(trx, counter, '0');
      });
    },
  };
}

const selectAfter = preparedQuery((db: AgentDatabase, { seq, limit }: { seq: number; limit: number }) =>
  db.selectFrom('outbox').select(['seq', 'body']).where('seq', '>', seq).orderBy('seq').limit(limit).compile(),
);

// Writes reports a batch in one transaction: while one commit is on its way to the disk, everything that is told gathers for the next.
import type { Transaction } from 'kysely';
import type { AgentDatabase } from '../database/database.ts';
import type { AgentSchema } from '../database/schema.ts';
import type { Outbox, Report } from './outbox.ts';

export interface ReportWriter {
  /** Resolves once the report and what `alongside` writes are on the disk, together. Reports keep the order of the calls. @throws when the database cannot */
  write(report: Report, alongside?: (trx: Transaction<AgentSchema>) => Promise<void>): Promise<void>;
  /** As `write`, for what nobody waits for: others may join it for a moment. */
  writeSoon(report: Report): Promise<void>;
}

interface Told {
  report: Report;
  alongside: ((trx: Transaction<AgentSchema>) => Promise<void>) | undefined;
  written: PromiseWithResolvers<void>;
}

/** Reports in one transaction. */
const batchMax = 256;
/** How long a report that nobody waits for waits for others, milliseconds: nobody who watches sees it. */
const gatherMs = 20;

export function createReportWriter(db: AgentDatabase, outbox: Outbox): ReportWriter {
  const told: Told[] = [];
  let isWriting = false;
  let gathering: ReturnType<typeof setTimeout> | undefined;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    clearTimeout(gathering);
    gathering = undefined;
    while (told.length > 0) await writeBatch(told.splice(0, batchMax));
    isWriting = false;
  }

  async function writeBatch(batch: readonly Told[]): Promise<void> {
    try {
      await db.transaction().execute(async (trx) => {
        for (const { alongside } of batch) await alongside?.(trx);
        await outbox.add(
          batch.map(({ report }) => report),
          trx,
        );
      });
      for (const { written } of batch) written.resolve();
    } catch (error) {
      for (const { written } of batch) written.reject(error);
    }
  }

  function tell(report: Report, alongside?: Told['alongside']): Promise<void> {
    const written = Promise.withResolvers<void>();
    told.push({ report, alongside, written });
    return written.promise;
  }

  return {
    write(report, alongside) {
      const written = tell(report, alongside);
      void writeAll();
      return written;
    },
    writeSoon(report) {
      const written = tell(report);
      gathering ??= setTimeout(() => void writeAll(), gatherMs);
      return written;
    },
  };
}

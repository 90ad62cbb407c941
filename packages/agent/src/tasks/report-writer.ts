// Writes reports a batch in one transaction: while one commit is on its way to the disk, everything that is told gathers for the next.
import type { OpenedDatabase } from '@relevo/runtime';
import type { Transaction } from 'kysely';
import type { AgentSchema } from '../database/schema.ts';
import type { Outbox, Report } from './outbox.ts';

/** What is written in one transaction, with what others tell. */
interface Entry {
  report?: Report;
  alongside?: ((trx: Transaction<AgentSchema>) => Promise<void>) | undefined;
}

export interface ReportWriter {
  /** Resolves once the report and what `alongside` writes are on the disk, together. Entries keep the order of the calls. @throws when the database cannot */
  write(entry: Entry): Promise<void>;
  /** As `write`, for what nobody waits for: others may join it for a moment. */
  writeSoon(entry: Entry): Promise<void>;
}

interface Told {
  entry: Entry;
  written: PromiseWithResolvers<void>;
  /** Somebody cannot go on before it is written. */
  isUrgent: boolean;
}

/** Entries in one transaction. */
const batchMax = 256;
/** How long an entry that nobody waits for waits for others, milliseconds: nobody who watches sees it. */
const gatherMs = 20;

export function createReportWriter({ transactUnflushed, flushed }: OpenedDatabase<AgentSchema>, outbox: Outbox): ReportWriter {
  const told: Told[] = [];
  let isWriting = false;
  let gathering: ReturnType<typeof setTimeout> | undefined;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    clearTimeout(gathering);
    gathering = undefined;
    do await writeBatch(told.splice(0, batchMax));
    while (told.length >= batchMax || told.some(({ isUrgent }) => isUrgent));
    isWriting = false;
    if (told.length > 0) gather();
  }

  function gather(): void {
    gathering ??= setTimeout(() => void writeAll(), gatherMs);
  }

  async function writeBatch(batch: readonly Told[]): Promise<void> {
    try {
      await transactUnflushed(async (trx) => {
        for (const { entry } of batch) await entry.alongside?.(trx);
        await outbox.add(
          batch.flatMap(({ entry }) => entry.report ?? []),
          trx,
        );
      });
      await flushed();
      for (const { written } of batch) written.resolve();
    } catch (error) {
      for (const { written } of batch) written.reject(error);
    }
  }

  function tell(entry: Entry, isUrgent: boolean): Promise<void> {
    const written = Promise.withResolvers<void>();
    told.push({ entry, written, isUrgent });
    return written.promise;
  }

  return {
    write(entry) {
      const written = tell(entry, true);
      void writeAll();
      return written;
    },
    writeSoon(entry) {
      const written = tell(entry, false);
      if (!isWriting) gather();
      return written;
    },
  };
}

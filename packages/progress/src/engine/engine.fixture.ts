// An engine whose clock, journal and publications a test holds in its hand.
import { type EngineLimits, OperationEngine, type OperationSpec } from './engine.ts';
import type { Journal, JournalBatch, Published } from './journal.ts';

export const key = { userId: 7, id: 'op-1' };

export const work: OperationSpec = {
  kind: 'delivery',
  title: 'a file',
  carrier: 'agent',
  language: 'en',
  request: 'r1',
  endsWithSteps: true,
  steps: [
    { step: 'a', message: 'waiting' },
    { step: 'b', message: 'waiting' },
  ],
};

export interface TestEngine {
  engine: OperationEngine;
  /** Everything published, in order. */
  published: Published[];
  /** Every batch the journal took. */
  batches: JournalBatch[];
  /** Failures of the journal that the engine was told of. */
  commitErrors: unknown[];
  clock: { now: number };
}

export function makeEngine(limits: Partial<EngineLimits> = {}, append: (batch: JournalBatch) => Promise<void> = async () => {}): TestEngine {
  const published: Published[] = [];
  const batches: JournalBatch[] = [];
  const commitErrors: unknown[] = [];
  const clock = { now: Date.parse('2026-01-01T00:00:00.000Z') };
  const journal: Journal = {
    async append(batch) {
      await append(batch);
      for (const write of batch.alongside) await write(undefined);
      batches.push(batch);
    },
  };
  const engine = new OperationEngine({
    journal,
    publish: (batch) => published.push(...batch),
    limits: { commitRetryMs: 1, ...limits },
    now: () => clock.now,
    onCommitError: (error) => commitErrors.push(error),
  });
  return { engine, published, batches, commitErrors, clock };
}

/** As text, one word an event: `3:a:in_progress:40`, `1:pending`; a snapshot begins with `~`. */
export function told(events: readonly { seq: number; snapshot?: true | undefined }[]): string[] {
  return events.map((event) => {
    const { seq, snapshot, step, status, progress, state } = event as {
      seq: number;
      snapshot?: true;
      step?: string;
      status?: string;
      progress?: number;
      state?: string;
    };
    return `${snapshot ? '~' : ''}${seq}:${state ?? `${step}:${status}:${progress}`}`;
  });
}

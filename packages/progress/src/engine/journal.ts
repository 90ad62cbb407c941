// Where the engine writes before it shows. One implementation keeps nothing (a server's own process), another is the hub's database.
import type { ProgressEvent } from '@relevo/protocol';
import type { Operation, OperationKey, Step } from './operation.ts';

/** Work that is committed together with the batch, in the same transaction. */
export type Alongside<Transaction> = (transaction: Transaction) => Promise<void>;

export interface JournalBatch<Transaction = unknown> {
  /** Operations with a transition in the batch, as they are now. One with ticks only is not among them: its `seq` is the newest of its steps'. */
  operations: readonly Operation[];
  /** Steps that changed, as they are now. */
  steps: readonly { key: OperationKey; step: Step }[];
  /** The lossless transitions among the batch's events. Ticks are in `steps` only. */
  transitions: readonly { key: OperationKey; event: ProgressEvent }[];
  alongside: readonly Alongside<Transaction>[];
  /**
   * False when the batch holds nothing but percentages: it has to survive the process, as every batch, but not a loss of power. What is
   * journaled after it as lasting makes it last too.
   */
  lasting: boolean;
}

export interface Journal<Transaction = unknown> {
  /** Commits the batch whole or not at all; when it resolves, the batch survives a crash of the process, and when it is `lasting` one of the machine. */
  append(batch: JournalBatch<Transaction>): Promise<void>;
}

/** For a process whose operations end with it. */
export const memoryJournal: Journal = {
  async append(batch) {
    for (const write of batch.alongside) await write(undefined);
  },
};

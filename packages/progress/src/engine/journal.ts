// Where the engine writes before it shows. One implementation keeps nothing (a server's own process), another is the hub's database.
import type { ProgressEvent } from '@relevo/protocol';
import type { Operation, OperationKey, Step } from './operation.ts';

/** An event that is journaled and may be shown, with its one encoding. */
export interface Published {
  userId: number;
  operationId: string;
  /** Of the operation: the very same text for all of its events, so that looking something up by it is cheap. */
  topic: string;
  event: ProgressEvent;
  /** The event as JSON: encoded once, however many watch. */
  text: string;
}

/** Work that is committed together with the batch, in the same transaction. */
export type Alongside<Transaction> = (transaction: Transaction) => Promise<void>;

export interface JournalBatch<Transaction = unknown> {
  /** Operations with a transition in the batch, as they are now. One with ticks only is not among them: its `seq` is the newest of its ticks'. */
  operations: readonly Operation[];
  /** Steps with a transition in the batch, as they are now. */
  steps: readonly { key: OperationKey; step: Step }[];
  /** Every event is one of the two, each in the order of its making: transitions are kept as events, a tick until a newer one of its step is journaled. */
  transitions: readonly Published[];
  ticks: readonly Published[];
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

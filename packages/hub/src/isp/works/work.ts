// What a piece of work on a connection or a router is: a row of the table of works.
import type { AgentTask, ConnectionResource, RouterTarget, StepText, StepTextCode } from '@relevo/protocol';
import type { Selectable } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { RouterTable } from '../../database/isp-schema.ts';
import type { ConnectionKeptTable, IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import type { ChangeRecords } from './record-changes.ts';
import type { SaidText } from './step-rows.ts';

/** What a piece of work looks at before it begins. */
export interface WorkContext {
  db: HubDatabase;
  row: IspStepTable;
  connection: ConnectionResource | undefined;
  router: Selectable<RouterTable> | undefined;
  removed: ConnectionKeptTable | undefined;
  suspended: ConnectionKeptTable | undefined;
  undoMaxMs: number;
  /** Connections of one router that are compared. */
  compareMax: number;
}

export interface Work {
  /** Said when it begins, in order, with its per cent; what agents carry says itself how far it is. */
  begins?: readonly (readonly [StepTextCode, number])[];
  /** Said when it is done without an agent. */
  done: (context: WorkContext) => StepText;
  /** Said instead of what the agent says when it is done; undefined when that says it. */
  doneByAgent?: (db: HubDatabase, row: IspStepTable, result: unknown) => StepText | undefined | Promise<StepText | undefined>;
  /** The answer to whoever asked. */
  answer: StepTextCode;
  /** The text that refuses it; undefined when it may begin. */
  check?: (context: WorkContext) => StepText | undefined | Promise<StepText | undefined>;
  /** What is asked of the agent; undefined when there is nothing to be done on a router. */
  task?: (context: WorkContext, router: RouterTarget) => AgentTask | undefined | Promise<AgentTask | undefined>;
  /** Changed together with the task being handed over. */
  first?: readonly ChangeRecords[];
  /** Takes what the agent tells while it works and at its end. */
  told?: (transaction: HubTransaction, row: IspStepTable, result: unknown) => Promise<void>;
  /** Writes that the agent failed. */
  failed?: (transaction: HubTransaction, row: IspStepTable, text: SaidText) => Promise<void>;
  /** Changed together with the end. */
  last?: readonly ChangeRecords[];
  /** True when its changes may be refused by what somebody else wrote meanwhile. */
  contested?: boolean;
  /** True when it changes nothing, and so may go on beside other work on the same connection. */
  onlyLooks?: boolean;
  /** True when it is one connection's part of work on many: bounded per router, and a stop ends between two of them. */
  inBulk?: boolean;
  /** True when it is worth nothing later: it is refused while the agent is away. */
  now?: boolean;
}

// Carries out what was asked for on connections and routers. The rows of `isp_step` are what it goes by: a step is written there before or
// together with its first effect, and its end together with its last one. What is shown follows the rows, also after a hub was killed.
import { type OperationKey, outcomeOf } from '@relevo/progress/engine';
import { isEnded, isSettled, renderStepText, type StepText, type TaskReport } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import type { Agents } from '../../agents/agents.ts';
import type { TaskOutcome, TaskTarget } from '../../agents/task-listeners.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import { LockByKey } from '../../files/lock-by-key.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import type { Operations } from '../../operations/operations.ts';
import type { HubSettings } from '../../settings.ts';
import type { Actor } from '../actor.ts';
import { findConnection } from '../connections/connection-rows.ts';
import type { IspRecords } from '../isp.ts';
import { findKept } from './kept.ts';
import { WorkRefused } from './refusals.ts';
import { isTask, RouterTasks } from './router-tasks.ts';
import { keyOf, StepRows, settleStep, writeStep } from './step-rows.ts';
import { Waiters } from './waiters.ts';
import { type Work, type WorkContext, type WorkName, works } from './works.ts';

// Operations as they stand in JSON, and who may see them.

import type { Operation, Step } from '@relevo/progress/engine';
import type { Language, OperationResource, OperationState, OperationSummary, StepResource } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { OperationTable } from '../database/schema.ts';
import type { Caller } from '../http/endpoint.ts';
import type { Operations } from './operations.ts';
import { readIn } from './read-in-language.ts';

/** The caller's operation of this id; an administrator also finds others'. @throws ProblemError not_found */
export async function findOperation(operations: Operations, caller: Caller, id: string, userId?: number): Promise<Operation> {
  if (userId !== undefined && userId !== caller.userId && caller.role !== 'admin') throw new ProblemError('not_found', `there is no operation ${id}`);
  const own = await operations.find({ userId: userId ?? caller.userId, id });
  if (own) return own;
  const other = caller.role === 'admin' && userId === undefined ? await operations.findAny(id) : undefined;
  if (!other) throw new ProblemError('not_found', `there is no operation ${id}`);
  return other;
}

/** Members of steps that others know better, by the names of the steps. */
export type StepDetails = ReadonlyMap<string, Partial<StepResource>>;

/** `language`: of whoever reads it. */
export function operationResource(operation: Operation, language: Language, details: StepDetails = new Map()): OperationResource {
  const ended = operation.event && readIn(language, operation.userId, operation.event);
  return {
    operation_id: operation.id,
    user_id: operation.userId,
    kind: operation.kind,
    title: operation.title,
    state: operation.state,
    seq: operation.seq,
    created_at: operation.createdAt,
    started_at: operation.startedAt ?? null,
    ended_at: operation.endedAt ?? null,
    ...(ended?.message !== undefined && { message: ended.message }),
    steps: [...operation.steps.values()].map((step) => ({ ...readIn(language, operation.userId, stepResource(step)), ...details.get(step.step) })),
  };
}

export function operationSummary(row: OperationTable): OperationSummary {
  return {
    operation_id: row.id,
    user_id: row.user_id,
    kind: row.kind,
    title: row.title,
    state: row.state as OperationState,
    seq: row.seq,
    created_at: row.created_at,
    started_at: row.started_at,
    ended_at: row.ended_at,
  };
}

function stepResource({ step, event, startedAt, endedAt }: Step): StepResource {
  const {
    operation_id: _operation,
    snapshot: _snapshot,
    ...newest
  } = event ?? {
    operation_id: '',
    snapshot: undefined,
    status: 'pending' as const,
    message: '',
    progress: 0,
    timestamp: '',
    seq: 0,
  };
  return { ...newest, step, started_at: startedAt ?? null, ended_at: endedAt ?? null };
}

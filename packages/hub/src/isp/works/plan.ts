// What one request asks for: the operation as it is shown, and the steps that are to be done.
import type { Language } from '@relevo/protocol';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { Actor } from '../actor.ts';
import type { WorkName } from './works.ts';

export interface Todo {
  step: string;
  work: WorkName;
  /** What was asked for this step: the same under the same operation id is the same work. */
  request: object;
  connection?: number | undefined;
  router?: number | null | undefined;
}

export interface Plan {
  kind: string;
  title: string;
  language: Language;
  /** What was asked for the whole operation. */
  request: string;
  /** Every step that is shown, in order; `todo` may be one of them. */
  steps: readonly string[];
  /** False when other requests may ask for more of the steps, or again for one that failed. */
  endsWithSteps: boolean;
  /** True when the steps are independent of each other, each about its own connection. */
  isBulk?: boolean;
  todo: readonly Todo[];
}

/** The row of a step that is to be done; `position`: among the steps that are shown. */
export function rowOf({ userId, email, requestId, clientAddress }: Actor, operationId: string, plan: Plan, todo: Todo & { position: number }): IspStepTable {
  const at = new Date().toISOString();
  return {
    user_id: userId,
    operation_id: operationId,
    step: todo.step,
    position: todo.position,
    work: todo.work,
    id_conexion: todo.connection ?? null,
    id_router: todo.router ?? null,
    request: JSON.stringify(todo.request),
    state: plan.isBulk ? 'queued' : 'waiting',
    code: null,
    text_values: null,
    result: null,
    user_email: email,
    request_id: requestId ?? '',
    client_address: clientAddress ?? '',
    created_at: at,
    updated_at: at,
  };
}

// The three requests that remove a connection, one step of one operation each: the service assignment, what is on the router, the configuration.
import {
  type ConnectionResource,
  connectionTitle,
  type Language,
  type RemovalStep,
  removalSteps,
  removeConfigSchema,
  removeRouterSchema,
  removeServiceSchema,
  workAnswerSchema,
  workRefusalSchema,
} from '@relevo/protocol';
import type { z } from 'zod';
import { findByAddress, findConnection } from '../connections/connection-rows.ts';
import { doneAnswer } from '../requests/work-answers.ts';
import { type WorkAsked, workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import type { Plan, Todo } from '../works/plan.ts';
import { WorkRefused } from '../works/refusals.ts';
import { works } from '../works/works.ts';
import { reachConnection } from './reach-connection.ts';

export const removalKind = 'isp-removal';

interface StepRequest<Body> {
  summary: string;
  body: z.ZodType<Body>;
  find(work: IspWork, asked: WorkAsked<Body>): Promise<ConnectionResource>;
}

const byId = (work: IspWork, { body }: WorkAsked<{ id_conexion: number }>) => reachConnection(work.options.db, body.id_conexion);

const requests = {
  'remove-service': {
    summary: 'Remove the service assignment of a connection (step remove-service)',
    body: removeServiceSchema,
    find: byId,
  } satisfies StepRequest<z.output<typeof removeServiceSchema>>,
  'remove-router': {
    summary: 'Remove what its router holds of the connection with this address (step remove-router)',
    body: removeRouterSchema,
    find: ownOrLiving,
  } satisfies StepRequest<z.output<typeof removeRouterSchema>>,
  'remove-config': {
    summary: 'Remove the configuration of a connection; its address is free then, its history stays (step remove-config)',
    body: removeConfigSchema,
    find: byId,
  } satisfies StepRequest<z.output<typeof removeConfigSchema>>,
};

export const stepResponses = {
  200: { description: 'Done, now or before', schema: workAnswerSchema },
  202: { description: 'Begun (`Prefer: respond-async`)', schema: workAnswerSchema },
  400: { description: 'The request is not valid', schema: workRefusalSchema },
  404: { description: 'There is no such connection', schema: workRefusalSchema },
  409: { description: 'It cannot be done as things are; `code` says why', schema: workRefusalSchema },
  502: { description: '`router_failed`: `step_code` says why', schema: workRefusalSchema },
  504: { description: '`wait_over`: the work goes on; `router_timeout`: the router did not answer', schema: workRefusalSchema },
};

export function removeStep(work: IspWork, step: RemovalStep) {
  const { summary, body, find } = requests[step] as StepRequest<object>;
  return workEndpoint(work, {
    summary,
    body,
    responses: stepResponses,
    prefix: step,
    refusedAs: ({ isMade, language, title }) => removalPlan({ isMade, language, title, todo: [{ step, work: step, request: {} }] }),
    async plan(asked) {
      const connection = await find(work, asked);
      const todo: Todo = { step, work: step, request: asked.body, connection: connection.id_conexion };
      return removalPlan({ ...asked, title: connectionTitle(connection), todo: [todo] });
    },
    answer: (_rows, _asked, answered) => doneAnswer({ code: works[step]?.answer ?? 'isp.connection_removed' }, answered),
  });
}

/** An operation that the client named shows all three steps from its first request on, and ends with them; one made here is of its one request. */
export function removalPlan({ isMade, language, title, todo }: { isMade: boolean; language: Language; title: string; todo: readonly Todo[] }): Plan {
  const steps = isMade ? todo.map(({ step }) => step) : removalSteps;
  return { kind: removalKind, title, language, request: removalKind, steps, endsWithSteps: isMade, todo };
}

/** The connection that this operation is about, removed by now or not; else whichever has the address. */
async function ownOrLiving(work: IspWork, { key, body: { direccion_ip } }: WorkAsked<{ direccion_ip: string }>): Promise<ConnectionResource> {
  const { db } = work.options;
  const [own] = await work.rows.ofOperation(key);
  const connection = own?.id_conexion == null ? undefined : await findConnection(db, own.id_conexion);
  if (connection?.direccion_ip === direccion_ip) return connection;
  const living = await findByAddress(db, direccion_ip);
  if (!living) throw new WorkRefused({ code: 'isp.address_unknown', values: { ip: direccion_ip } });
  return living;
}

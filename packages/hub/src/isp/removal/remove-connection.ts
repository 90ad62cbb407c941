// POST /api/conexiones/{id}/eliminar: the whole removal in one request, the three steps one after the other.
import { connectionTitle, removalSteps } from '@relevo/protocol';
import { idParams } from '../list-page.ts';
import { doneAnswer } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import type { Todo } from '../works/plan.ts';
import { reachConnection } from './reach-connection.ts';
import { removalPlan, stepResponses } from './removal-steps.ts';

export function removeConnection(work: IspWork) {
  return workEndpoint(work, {
    summary: 'Remove a connection: its three steps, one after the other; repeated under the same operation, what failed is tried again',
    params: idParams,
    responses: stepResponses,
    prefix: 'remove-connection',
    async plan({ params, language }) {
      const connection = await reachConnection(work.options.db, Number(params.id));
      const { id_conexion, id_usuario, direccion_ip } = connection;
      const requests = { 'remove-service': { id_conexion }, 'remove-router': { direccion_ip }, 'remove-config': { id_conexion, id_usuario } };
      const todo = removalSteps.map((step): Todo => ({ step, work: step, request: requests[step], connection: id_conexion }));
      return removalPlan({ isMade: false, language, title: connectionTitle(connection), todo });
    },
    answer: (_rows, _asked, answered) => doneAnswer({ code: 'isp.connection_removed' }, answered),
  });
}

// POST /api/conexiones/{id}/restaurar: undoes a removal, in the reverse order, as long as what was removed is kept.
import { connectionTitle, restorationSteps } from '@relevo/protocol';
import { idParams } from '../list-page.ts';
import { doneAnswer } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import type { Todo } from '../works/plan.ts';
import { reachConnection } from './reach-connection.ts';
import { stepResponses } from './removal-steps.ts';

export function restoreConnection(work: IspWork) {
  return workEndpoint(work, {
    summary: 'Undo the removal of a connection: its record, what was on its router, and its service are put back',
    params: idParams,
    responses: stepResponses,
    prefix: 'restore-connection',
    async plan({ params, language }) {
      const connection = await reachConnection(work.options.db, Number(params.id));
      const { id_conexion } = connection;
      const todo = restorationSteps.map((step): Todo => ({ step, work: step, request: { id_conexion }, connection: id_conexion }));
      const title = connectionTitle(connection);
      return { kind: 'isp-restoration', title, language, request: 'isp-restoration', steps: restorationSteps, endsWithSteps: false, todo };
    },
    answer: (_rows, _asked, answered) => doneAnswer({ code: 'isp.connection_restored' }, answered),
  });
}

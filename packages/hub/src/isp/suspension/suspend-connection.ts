// POST /api/conexiones/{id}/suspender and …/reactivar: the router lets nothing of the connection through, or again what it let through before.

import { connectionTitle } from '@relevo/protocol';
import { idParams } from '../list-page.ts';
import { reachConnection } from '../removal/reach-connection.ts';
import { stepResponses } from '../removal/removal-steps.ts';
import { doneAnswer } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import { works } from '../works/works.ts';

const changes = {
  suspend: { kind: 'isp-suspension', step: 'suspend-router', summary: 'Suspend a connection: its router lets nothing through (step suspend-router)' },
  reactivate: { kind: 'isp-reactivation', step: 'reactivate-router', summary: 'Undo the suspension of a connection (step reactivate-router)' },
} as const;

export function suspendConnection(work: IspWork, change: keyof typeof changes) {
  const { kind, step, summary } = changes[change];
  return workEndpoint(work, {
    summary,
    params: idParams,
    responses: stepResponses,
    prefix: change,
    async plan({ params, language, isMade }) {
      const connection = await reachConnection(work.options.db, Number(params.id));
      const request = { id_conexion: connection.id_conexion };
      return {
        kind,
        title: connectionTitle(connection),
        language,
        request: JSON.stringify(request),
        steps: [step],
        // Under an id of the client's own it may be tried again.
        endsWithSteps: isMade,
        todo: [{ step, work: step, request, connection: connection.id_conexion }],
      };
    },
    answer: (_rows, _asked, answered) => doneAnswer({ code: works[step]?.answer ?? step }, answered),
  });
}

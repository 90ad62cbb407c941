// POST /api/routers/{id}/probar: asks a router who it is. The key it shows is for a person to compare, and to approve with PATCH /api/routers/{id}.
import { probeAnswerSchema, routerProbeResultSchema } from '@relevo/protocol';
import { idParams } from '../list-page.ts';
import { stepResponses } from '../removal/removal-steps.ts';
import { doneAnswer } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import { WorkRefused } from '../works/refusals.ts';

export function probeRouter(work: IspWork) {
  return workEndpoint(work, {
    summary: 'Ask a router who it is; nothing is changed on it (step probe)',
    params: idParams,
    responses: { ...stepResponses, 200: { description: 'It answers; `pin` is the key it shows', schema: probeAnswerSchema } },
    prefix: 'probe',
    async plan({ params, language }) {
      const id = Number(params.id);
      const router = await work.options.db.selectFrom('router').select('nombre').where('id_router', '=', id).executeTakeFirst();
      if (!router) throw new WorkRefused({ code: 'isp.router_unknown', values: { id } });
      return {
        kind: 'router-probe',
        title: router.nombre,
        language,
        request: JSON.stringify({ id_router: id }),
        steps: ['probe'],
        endsWithSteps: true,
        todo: [{ step: 'probe', work: 'probe', request: { id_router: id }, router: id }],
      };
    },
    answer([row], _asked, answered) {
      const told = routerProbeResultSchema.safeParse(JSON.parse(row?.result ?? 'null'));
      return doneAnswer({ code: 'router.reached' }, answered, { more: told.success ? told.data : { identity: '', pin: null } });
    },
  });
}

// POST /api/conexiones/{id}/vista-previa: what a removal would take, in the records and on the router, with nothing touched.
import { connectionTitle, type Preview, previewSchema, renderStepText } from '@relevo/protocol';
import { json } from '../../http/endpoint.ts';
import { idParams } from '../list-page.ts';
import type { Answered } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import { entriesOf } from '../works/kept.ts';
import { errorCodeOf } from '../works/refusals.ts';
import { shownEntries } from '../works/shown-entries.ts';
import { reachConnection } from './reach-connection.ts';
import { stepResponses } from './removal-steps.ts';

/** A router that cannot be asked does not keep anybody from seeing the records. */
const onlyOfTheRouter: ReadonlySet<string> = new Set([
  'router_failed',
  'router_timeout',
  'router_not_configured',
  'router_ambiguous',
  'wait_over',
  'agent_queue_full',
  'credentials_unreadable',
]);

export function previewRemoval(work: IspWork) {
  return workEndpoint(work, {
    summary: 'What a removal would take, nothing touched',
    params: idParams,
    responses: { ...stepResponses, 200: { description: 'What would be removed', schema: previewSchema } },
    prefix: 'preview',
    async plan({ params, language }) {
      const connection = await reachConnection(work.options.db, Number(params.id));
      const request = { id_conexion: connection.id_conexion };
      return {
        kind: 'isp-preview',
        title: connectionTitle(connection),
        language,
        request: JSON.stringify(request),
        steps: ['inspect'],
        endsWithSteps: true,
        todo: [{ step: 'inspect', work: 'inspect', request, connection: connection.id_conexion }],
      };
    },
    async answer([row], { params }, answered) {
      const entradas = shownEntries(entriesOf(JSON.parse(row?.result ?? 'null')), answered.language);
      return preview(work, Number(params.id), answered, { estado: row?.id_router == null ? 'ninguno' : 'consultado', entradas });
    },
    async answerFailed(text, { params, language }, answered) {
      if (!onlyOfTheRouter.has(errorCodeOf(text.code))) return undefined;
      const why = { code: text.code, message: renderStepText(text, language) };
      return preview(work, Number(params.id), answered, { estado: 'sin_respuesta', entradas: [], ...why });
    },
  });
}

async function preview(work: IspWork, id: number, { operationId }: Answered, router: Preview['router']): Promise<Response> {
  const { id_conexion, cliente, direccion_ip, estado, servicio, router: nombre } = await reachConnection(work.options.db, id);
  const registros = { id_conexion, cliente, direccion_ip, estado, servicio, router: nombre };
  const body: Preview = { success: true, operation_id: operationId, registros, router };
  return json(body, 200, { 'x-operation-id': operationId });
}

// POST /api/conexiones/eliminar, …/suspender and …/reactivar: the same work on a selection of connections, one operation with a step for each.
import { bulkRequestSchema, type Language, workAnswerSchema } from '@relevo/protocol';
import type { HubDatabase } from '../../database/database.ts';
import { stepResponses } from '../removal/removal-steps.ts';
import { doneAnswer } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import type { Todo } from '../works/plan.ts';
import { WorkRefused } from '../works/refusals.ts';

/** Connections looked up at once. */
const lookUpMax = 500;

const changes = {
  remove: { kind: 'isp-bulk-removal', work: 'remove-connection', prefix: 'remove-connections', summary: 'Remove a selection of connections' },
  suspend: { kind: 'isp-bulk-suspension', work: 'suspend-connection', prefix: 'suspend-connections', summary: 'Suspend a selection of connections' },
  reactivate: {
    kind: 'isp-bulk-reactivation',
    work: 'reactivate-connection',
    prefix: 'reactivate-connections',
    summary: 'Undo the suspension of a selection of connections',
  },
} as const;

export function bulkWork(work: IspWork, change: keyof typeof changes) {
  const { kind, work: name, prefix, summary } = changes[change];
  return workEndpoint(work, {
    summary: `${summary}: a step for each, a few at once per router; a stop ends it between two connections`,
    body: bulkRequestSchema,
    responses: { 202: { description: 'Begun', schema: workAnswerSchema }, 400: stepResponses[400], 404: stepResponses[404], 409: stepResponses[409] },
    prefix,
    isAlwaysAsync: true,
    async plan({ body: { ids_conexion }, language }) {
      const { db, settings } = work.options;
      if (ids_conexion.length > settings.ISP_BULK_MAX) throw new WorkRefused({ code: 'isp.selection_invalid', values: { max: settings.ISP_BULK_MAX } });
      const routers = await routersOf(db, ids_conexion);
      const todo = ids_conexion.map((id): Todo => {
        const router = routers.get(id);
        if (router === undefined) throw new WorkRefused({ code: 'isp.connection_unknown', values: { id } });
        return { step: `conexion:${id}`, work: name, request: { id_conexion: id }, connection: id, router };
      });
      return {
        kind,
        title: titleOf(todo.length, language),
        language,
        request: JSON.stringify(ids_conexion),
        steps: todo.map(({ step }) => step),
        endsWithSteps: true,
        isBulk: true,
        todo,
      };
    },
    answer: (_rows, _asked, answered) => doneAnswer({ code: 'isp.accepted' }, answered, { status: 202 }),
  });
}

function titleOf(count: number, language: Language): string {
  const [one, many] = language === 'es' ? ['conexión', 'conexiones'] : ['connection', 'connections'];
  return `${count} ${count === 1 ? one : many}`;
}

/** The router of each connection that there is; null for one on no router. */
async function routersOf(db: HubDatabase, ids: readonly number[]): Promise<Map<number, number | null>> {
  const found = new Map<number, number | null>();
  for (let from = 0; from < ids.length; from += lookUpMax) {
    const rows = await db
      .selectFrom('connection')
      .select(['id_conexion', 'id_router'])
      .where('id_conexion', 'in', ids.slice(from, from + lookUpMax))
      .execute();
    for (const { id_conexion, id_router } of rows) found.set(id_conexion, id_router);
  }
  return found;
}

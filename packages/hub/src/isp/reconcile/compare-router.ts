// Comparing the records with a router, asked for or from time to time, and the differences that were found last. Nothing is changed on either side.
import { type Differences, differencesSchema, type Language, type RouterEntry, workAnswerSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { HubDatabase } from '../../database/database.ts';
import { endpoint, json } from '../../http/endpoint.ts';
import { saidOf } from '../kept-text.ts';
import { idParams } from '../list-page.ts';
import { stepResponses } from '../removal/removal-steps.ts';
import { doneAnswer, languageOf } from '../requests/work-answers.ts';
import { workEndpoint } from '../requests/work-request.ts';
import type { IspWork } from '../works/isp-work.ts';
import type { Plan } from '../works/plan.ts';
import { WorkRefused } from '../works/refusals.ts';
import { shownEntries } from '../works/shown-entries.ts';

export function compareRouter(work: IspWork) {
  return workEndpoint(work, {
    summary: 'Compare the records with a router; nothing is changed (step compare)',
    params: idParams,
    responses: { ...stepResponses, 200: { description: 'Compared', schema: workAnswerSchema.extend({ diferencias: differencesSchema }) } },
    prefix: 'compare',
    plan: ({ params, language }) => comparisonPlan(work.options.db, Number(params.id), language),
    async answer([row], { params }, answered) {
      const text = { code: 'router.compared', ...(row?.text_values && { values: JSON.parse(row.text_values) as Record<string, number> }) };
      return doneAnswer(text, answered, { more: { diferencias: await differencesOf(work.options.db, Number(params.id), answered.language) } });
    },
  });
}

export function getDifferences(db: HubDatabase) {
  return endpoint({
    summary: 'How the records and a router differed when they were last compared',
    params: idParams,
    responses: { 200: { description: 'The differences', schema: differencesSchema } },
    async handle({ params, raw }) {
      if (!(await nameOf(db, params.id))) throw new ProblemError('not_found', `there is no router ${params.id}`);
      return json(await differencesOf(db, params.id, languageOf(raw)));
    },
  });
}

/** @throws WorkRefused isp.router_unknown */
export async function comparisonPlan(db: HubDatabase, router: number, language: Language): Promise<Plan> {
  const name = await nameOf(db, router);
  if (name === undefined) throw new WorkRefused({ code: 'isp.router_unknown', values: { id: router } });
  return {
    kind: 'router-comparison',
    title: name,
    language,
    request: JSON.stringify({ id_router: router }),
    steps: ['compare'],
    endsWithSteps: true,
    todo: [{ step: 'compare', work: 'compare', request: { id_router: router }, router }],
  };
}

async function nameOf(db: HubDatabase, router: number): Promise<string | undefined> {
  return (await db.selectFrom('router').select('nombre').where('id_router', '=', router).executeTakeFirst())?.nombre;
}

async function differencesOf(db: HubDatabase, router: number, language: Language): Promise<Differences> {
  const row = await db.selectFrom('router_comparison').selectAll().where('id_router', '=', router).executeTakeFirst();
  const missing = JSON.parse(row?.missing ?? '[]') as number[];
  const faltan = [];
  for (let from = 0; from < missing.length; from += 500) {
    const found = await db
      .selectFrom('connection')
      .innerJoin('customer', 'customer.id_usuario', 'connection.id_usuario')
      .select(['connection.id_conexion', 'connection.direccion_ip', 'customer.nombre as cliente'])
      .where('connection.id_conexion', 'in', missing.slice(from, from + 500))
      .orderBy('connection.id_conexion')
      .execute();
    faltan.push(...found);
  }
  const sobran = shownEntries(JSON.parse(row?.unexpected ?? '[]') as RouterEntry[], language);
  return { id_router: router, comparado_at: row?.compared_at ?? null, ...saidOf(row?.error ?? null, language), faltan, sobran };
}

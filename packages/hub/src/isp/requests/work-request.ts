// A request for work on a connection or router: who asks under which operation, how long they wait, and what they are answered.
import type { OperationKey } from '@relevo/progress/engine';
import { type Language, operationIdSchema, parseUserId, renderStepText } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import { operationIdHeader } from '../../deliveries/operation-id.ts';
import { type EndpointRequest, type EndpointResponse, endpoint } from '../../http/endpoint.ts';
import { preferencesOf } from '../../http/preferences.ts';
import { type Actor, actorOf } from '../actor.ts';
import type { IspWork } from '../works/isp-work.ts';
import type { Plan } from '../works/plan.ts';
import { WorkRefused } from '../works/refusals.ts';
import { type SaidText, textOf } from '../works/step-rows.ts';
import { type Answered, doneAnswer, languageOf, problemAnswer, refusalAnswer } from './work-answers.ts';

export interface WorkAsked<Body> {
  by: Actor;
  key: OperationKey;
  /** True when the client named no operation: it ends with this request's work. */
  isMade: boolean;
  language: Language;
  params: Record<string, number>;
  body: Body;
}

export interface WorkRequest<Body> {
  summary: string;
  params?: z.ZodType<Record<string, number>>;
  body?: z.ZodType<Body>;
  responses: Record<number, EndpointResponse>;
  /** The start of operation ids that are made here. */
  prefix: string;
  /** Shown in error, under the client's operation id, when there is no telling what was asked; absent: it is only answered. */
  refusedAs?: (asked: { isMade: boolean; language: Language; title: string }) => Plan;
  /** @throws WorkRefused */
  plan(asked: WorkAsked<Body>): Promise<Plan>;
  /** What is answered at the end, when it is more than the last step's answer. */
  answer(rows: readonly IspStepTable[], asked: WorkAsked<Body>, answered: Answered): Response | Promise<Response>;
  /** Answers what was refused, failed or took too long, when that is no failure of the request; undefined when it is one. */
  answerFailed?(text: SaidText, asked: WorkAsked<Body>, answered: Answered): Promise<Response | undefined>;
  /** True when nobody could wait for its end. */
  isAlwaysAsync?: boolean;
}

const workHeaders = {
  ...operationIdHeader,
  'X-User-ID': "When sent, must be the session's user",
  Prefer: '`respond-async`: 202 at once; `wait=N`: waits N seconds for the end (RFC 7240)',
  'Accept-Language': 'Of the messages: Spanish unless English is preferred',
};

export function workEndpoint<Body = unknown>(work: IspWork, request: WorkRequest<Body>) {
  const { summary, params, body, responses } = request;
  return endpoint({
    summary,
    ...(params && { params }),
    // Checked below, where what is wrong can be shown in the step; the document has it from the schema all the same.
    ...(body && { body: z.unknown().meta(documented(body)) }),
    headers: workHeaders,
    responses,
    refuse: problemAnswer,
    handle: (asked) => handle(work, request, asked as EndpointRequest<Record<string, number>, unknown, unknown>),
  });
}

function documented(body: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
  return schema;
}

async function handle<Body>(work: IspWork, request: WorkRequest<Body>, asked: EndpointRequest<Record<string, number>, unknown, unknown>): Promise<Response> {
  const language = languageOf(asked.raw);
  assertOwnUser(asked.raw, asked.caller.userId, language);
  const given = operationIdOf(asked.raw);
  const operationId = given ?? `${request.prefix}-${Date.now()}-${crypto.randomUUID().slice(0, 13)}`;
  const key = { userId: asked.caller.userId, id: operationId };
  const who = { by: actorOf(asked), key, isMade: given === undefined, language, params: asked.params };
  const answered: Answered = { operationId, language, applied: [] };
  let plan: Plan;
  let body: Body;
  try {
    body = parseBody(request.body, asked.body, work.options.settings.ISP_BULK_MAX);
    plan = await request.plan({ ...who, body });
  } catch (error) {
    if (!(error instanceof WorkRefused)) throw error;
    const shownAs = request.refusedAs?.({ isMade: who.isMade, language, title: titleOf(asked.body) });
    const [step] = shownAs?.todo ?? [];
    if (shownAs && step) await work.refuse(who.by, key, shownAs, step.step, error.text);
    return refusalAnswer(error.text, answered);
  }
  try {
    await work.ask(who.by, key, plan);
  } catch (error) {
    if (!(error instanceof WorkRefused)) throw error;
    if (who.isMade) await work.giveUp(key, error.text);
    return failureAnswer(request, error.text, { ...who, body }, answered);
  }
  return answerOf(work, request, plan, { ...who, body }, asked.raw);
}

async function answerOf<Body>(work: IspWork, request: WorkRequest<Body>, plan: Plan, asked: WorkAsked<Body>, raw: Request): Promise<Response> {
  const { settings } = work.options;
  const { key, language } = asked;
  const { respondAsync, waitMs } = preferencesOf(raw.headers.get('prefer'));
  const willAnswerEarly = respondAsync || request.isAlwaysAsync === true;
  const wanted = request.isAlwaysAsync ? 0 : (waitMs ?? (respondAsync ? 0 : settings.ISP_WAIT_DEFAULT_MS));
  const patience = Math.min(wanted, settings.ISP_WAIT_MAX_MS);
  const applied = [
    ...(respondAsync ? ['respond-async'] : []),
    ...(waitMs === undefined || request.isAlwaysAsync ? [] : [`wait=${Math.floor(patience / 1000)}`]),
  ];
  const answered = { operationId: key.id, language, applied };
  const steps = plan.todo.map(({ step }) => step);
  const rows = willAnswerEarly && patience === 0 ? undefined : await work.waiters.until(key, patience, () => settledRows(work, key, steps));
  if (!rows) {
    if (willAnswerEarly) return doneAnswer({ code: 'isp.accepted' }, answered, { status: 202 });
    if (work.waiters.draining) return refusalAnswer({ code: 'isp.draining' }, answered);
    return failureAnswer(request, { code: 'isp.wait_over', values: { message: messageOf(work, key, steps, language) } }, asked, answered);
  }
  const failed = rows.find(({ state }) => state === 'error');
  return failed ? failureAnswer(request, textOf(failed), asked, answered) : request.answer(rows, asked, answered);
}

async function failureAnswer<Body>(request: WorkRequest<Body>, text: SaidText, asked: WorkAsked<Body>, answered: Answered): Promise<Response> {
  return (await request.answerFailed?.(text, asked, answered)) ?? refusalAnswer(text, answered);
}

/** The rows of these steps, once all are completed or one ended in error. */
async function settledRows(work: IspWork, key: OperationKey, steps: readonly string[]): Promise<IspStepTable[] | undefined> {
  const rows = (await work.rows.ofOperation(key)).filter(({ step }) => steps.includes(step));
  if (rows.some(({ state }) => state === 'error')) return rows;
  return rows.length === steps.length && rows.every(({ state }) => state === 'completed') ? rows : undefined;
}

/** What the step that is not done yet says. */
function messageOf(work: IspWork, key: OperationKey, steps: readonly string[], language: Language): string {
  const shown = work.options.operations.engine.find(key)?.steps;
  const events = steps.map((step) => shown?.get(step)?.event).filter((event) => event !== undefined);
  return events.find(({ status }) => status !== 'completed')?.message ?? renderStepText({ code: 'isp.waiting' }, language);
}

function parseBody<Body>(schema: z.ZodType<Body> | undefined, body: unknown, bulkMax: number): Body {
  if (!schema) return body as Body;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const member = String(issue?.path[0] ?? '');
  if (member === 'ids_conexion') throw new WorkRefused({ code: 'isp.selection_invalid', values: { max: bulkMax } });
  if (member === 'direccion_ip') throw new WorkRefused({ code: 'isp.address_invalid', values: { member } });
  if (member !== '') throw new WorkRefused({ code: 'isp.id_invalid', values: { member } });
  throw new WorkRefused({ code: 'isp.body_not_object' });
}

/** What a refused request was about, as far as it says. */
function titleOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { id_conexion, direccion_ip } = body as Record<string, unknown>;
  const named = [id_conexion, direccion_ip].filter((value) => typeof value === 'string' || typeof value === 'number');
  return named.map((value) => String(value).slice(0, 64)).join(' ');
}

/** "X-User-ID (when sent, must be the session's user)": it is never what the work is done under. */
function assertOwnUser(raw: Request, userId: number, language: Language): void {
  const given = raw.headers.get('x-user-id');
  if (given !== null && parseUserId(given.trim()) !== userId) throw new ProblemError('forbidden', renderStepText({ code: 'isp.user_mismatch' }, language));
}

function operationIdOf(raw: Request): string | undefined {
  const given = raw.headers.get('x-operation-id');
  if (given === null) return undefined;
  const parsed = operationIdSchema.safeParse(given);
  if (!parsed.success) throw new ProblemError('invalid_request', `X-Operation-ID: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

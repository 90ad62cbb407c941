// POST /api/reports: many reports of a server outside the hub at once, in order, each taken exactly once however often it is sent.
import { EngineRefusal, messageMaxLength, outcomeOf } from '@relevo/progress/engine';
import { errorCodes, isEnded, languages, operationIdSchema, operationStates, stepIdSchema, stepStatuses } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { type Caller, endpoint, json } from '../http/endpoint.ts';
import type { Operations } from './operations.ts';

const reportsMax = 1_000;

const ofOperation = {
  /** Counts up in a reporter; what was taken before is passed over. */
  seq: z.number().int().positive(),
  operation_id: operationIdSchema,
  /** Who watches it; administrators may name anyone. */
  user_id: z.number().int().positive().optional(),
};
const message = z.string().max(messageMaxLength).default('');
/** What the message says, for programs. */
const code = z.string().max(64).optional();

const reportSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begin'),
    ...ofOperation,
    kind: z.string().min(1).max(64),
    title: z.string().max(256).default(''),
    language: z.enum(languages).optional(),
    steps: z
      .array(z.object({ step: stepIdSchema, message }))
      .max(10_000)
      .default([]),
  }),
  z.object({
    type: z.literal('step'),
    ...ofOperation,
    step: stepIdSchema,
    status: z.enum(stepStatuses),
    message,
    code,
    progress: z.number().min(0).max(100).nullish(),
    bytes: z.number().int().nonnegative().optional(),
    total_bytes: z.number().int().nonnegative().optional(),
    rate: z.number().nonnegative().optional(),
    eta_ms: z.number().nonnegative().optional(),
  }),
  z.object({ type: z.literal('end'), ...ofOperation, state: z.enum(['completed', 'error', 'stopped']), message, code }),
]);
type Report = z.infer<typeof reportSchema>;

/** One that is wrong does not keep the others back, as long as it says which it is. */
const unreadableSchema = z.looseObject({ seq: ofOperation.seq }).transform((value) => ({ seq: value.seq, problem: problemOf(value) }));
type Unreadable = z.infer<typeof unreadableSchema>;

const refusedSchema = z.object({
  seq: z.number(),
  code: z.string(),
  message: z.string(),
  /** How the operation ended, when that is why. */
  state: z.enum(operationStates).optional(),
});
type RefusedReport = z.infer<typeof refusedSchema>;

export function reportBatch(operations: Operations) {
  return endpoint({
    summary: 'Reports of a server outside the hub: in order, each taken once however often it is sent',
    body: z.object({
      reporter: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ : -'),
      reports: z
        .array(z.union([reportSchema, unreadableSchema]))
        .min(1)
        .max(reportsMax),
    }),
    responses: {
      200: {
        description: 'Taken up to `seq`; `refused` names those that changed nothing, and why',
        schema: z.object({ seq: z.number(), refused: z.array(refusedSchema) }),
      },
    },
    async handle({ caller, body: { reporter, reports }, language, requestId }) {
      const key = { userId: caller.userId, id: reporter };
      const { reporters } = operations;
      const answer = await reporters.inTurn(key, async (lastSeq) => {
        const fresh = reports.filter(({ seq }) => seq > lastSeq).sort((a, b) => a.seq - b.seq);
        const seq = fresh.at(-1)?.seq ?? lastSeq;
        if (fresh.length === 0) return { seq, refused: [] };
        const known = await begunBefore(operations, caller, fresh);
        const refused: { report: (typeof fresh)[number]; error: unknown }[] = [];
        // From here to the commit nothing waits: what the reports change and how far the reporter came are one transaction.
        for (const report of fresh) {
          try {
            if ('problem' in report) throw report.problem;
            take(operations, caller, report, known, { language, requestId });
          } catch (error) {
            refused.push({ report, error });
          }
        }
        // With percentages alone it may be forgotten as they may: what comes next has higher numbers.
        await operations.engine.commit(reporters.remember(key, seq), { lasting: false });
        return { seq, refused: await Promise.all(refused.map(({ report, error }) => refusalOf(operations, caller, report, error))) };
      });
      return json(answer);
    },
  });
}

/** For each `begin` whose id is taken: true when it is this very work, else the refusal. */
async function begunBefore(
  operations: Operations,
  caller: Caller,
  reports: readonly (Report | Unreadable)[],
): Promise<ReadonlyMap<number, true | ProblemError>> {
  const known = new Map<number, true | ProblemError>();
  for (const report of reports) {
    if ('problem' in report || report.type !== 'begin') continue;
    try {
      if (await operations.attach(keyOf(report, caller), { kind: report.kind, request: requestOf(report) })) known.set(report.seq, true);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      known.set(report.seq, error);
    }
  }
  return known;
}

/** The request that brought the reports. */
interface Asked {
  language: string;
  requestId: string;
}

/** Applies one report. @throws ProblemError or EngineRefusal when it cannot be taken */
function take({ engine }: Operations, caller: Caller, report: Report, known: ReadonlyMap<number, true | ProblemError>, asked: Asked): void {
  const key = keyOf(report, caller);
  if (key.userId !== caller.userId && caller.role !== 'admin') throw new ProblemError('forbidden', 'user_id is not yours');
  if (report.type === 'begin') {
    const before = known.get(report.seq);
    if (before instanceof ProblemError) throw before;
    if (before) return;
    const { kind, title, steps, language = asked.language } = report;
    const request = requestOf(report);
    engine.register(key, { kind, title, carrier: 'reporter', language, request, requestId: asked.requestId, endsWithSteps: steps.length > 0, steps });
    return;
  }
  const operation = engine.find(key);
  if (operation?.carrier === 'hub' || operation?.carrier === 'agent') throw new ProblemError('forbidden', 'the hub itself reports on this operation');
  if (report.type === 'step') return engine.report(key, report.step, report);
  if (report.state === 'completed' || (operation && outcomeOf(operation) === 'completed')) return engine.end(key, report.state);
  engine.close(key, { message: report.message, code: report.code }, report.state);
}

/** Why a report changed nothing; of one that came too late, how its operation ended. */
async function refusalOf(operations: Operations, caller: Caller, report: Report | Unreadable, error: unknown): Promise<RefusedReport> {
  const { seq } = report;
  if (error instanceof ProblemError) return { seq, code: error.code, message: error.message };
  if (!(error instanceof EngineRefusal)) return { seq, code: 'internal', message: errorCodes.internal.title };
  const isLate = !('problem' in report) && (error.reason === 'not_found' || error.reason === 'operation_ended');
  const state = isLate ? (await operations.find(keyOf(report, caller)))?.state : undefined;
  if (state !== undefined && isEnded(state)) return { seq, code: 'operation_ended', message: error.message, state };
  return { seq, code: error.reason, message: error.message };
}

/** Names the first member that is wrong. */
function problemOf(value: unknown): ProblemError {
  const [issue] = reportSchema.safeParse(value).error?.issues ?? [];
  return new ProblemError('invalid_request', `${issue?.path.join('.') || 'report'}: ${issue?.message ?? 'not valid'}`);
}

function keyOf({ operation_id, user_id }: Report, caller: Caller) {
  return { userId: user_id ?? caller.userId, id: operation_id };
}

/** Tells a repeated `begin` from another one under the same id; as `POST /api/operations` does. */
function requestOf({ title, steps }: Extract<Report, { type: 'begin' }>): string {
  return JSON.stringify([title, steps]);
}

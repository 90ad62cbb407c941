// Carries out what was asked for on connections and routers. The rows of `isp_step` are what it goes by: a step is written there before or
// together with its first effect, and its end together with its last one. What is shown follows the rows, also after a hub was killed.
import { type Operation, type OperationKey, outcomeOf } from '@relevo/progress/engine';
import { isEnded, isSettled, renderStepText, type StepText } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import type { Agents } from '../../agents/agents.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import { LockByKey } from '../../files/lock-by-key.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import { asProblem, type Operations } from '../../operations/operations.ts';
import type { HubSettings } from '../../settings.ts';
import type { Actor } from '../actor.ts';
import type { Connections } from '../connections/connections.ts';
import type { RouterCredentials } from '../credentials/router-credentials.ts';
import type { Routers } from '../routers/routers.ts';
import { endRefused } from './end-refused.ts';
import { settleSteps, unbegunSteps } from './open-steps.ts';
import { type Plan, rowOf } from './plan.ts';
import { RecordChange } from './record-change.ts';
import { WorkRefused } from './refusals.ts';
import { isTask, needsRouter, RouterTasks } from './router-tasks.ts';
import { countRunning, keyOf, type SaidText, StepRows, settleStep } from './step-rows.ts';
import { Waiters } from './waiters.ts';
import type { Work, WorkContext } from './work.ts';
import { contextsOf } from './work-context.ts';
import { bulkWorks, works } from './works.ts';
import { writeSteps } from './write-steps.ts';

export interface IspWorkOptions {
  db: HubDatabase;
  operations: Operations;
  agents: Agents;
  audit: AuditLog;
  routers: Pick<Routers, 'reached'>;
  connections: Pick<Connections, 'inTurn'>;
  credentials: Pick<RouterCredentials, 'sealedFor'>;
  settings: HubSettings;
  log: Log;
}

const runningInBulk = countRunning(bulkWorks);

interface Beginning {
  /** True when the row is in the database already. */
  isStored: boolean;
  /** Makes the operation, when it is new. */
  register?: (() => void) | undefined;
  /** Steps that go on once this one is completed. */
  followers?: readonly IspStepTable[];
}

export class IspWork {
  readonly rows: StepRows;
  readonly waiters = new Waiters();
  readonly options: IspWorkOptions;
  readonly #tasks: RouterTasks;
  readonly #locks = new LockByKey();
  readonly #underWay = new Set<Promise<void>>();
  /** Operations on many connections, some of which may not have begun. */
  readonly #bulks = new Map<string, OperationKey>();
  /** Of which of them it is to be looked whether a router has room. */
  readonly #due = new Set<string>();

  constructor(options: IspWorkOptions) {
    this.options = options;
    this.rows = new StepRows(options.db);
    this.#tasks = new RouterTasks(options.agents, options.credentials);
  }

  /**
   * Begins what is asked for, or attaches to it: what was begun before goes on, what was completed stays so, what failed is tried again.
   * @throws WorkRefused when the step cannot begin; it is then shown in error
   * @throws ProblemError operation_id_in_use, operation_ended and what `Operations.begin` throws; nothing is shown then
   */
  async ask(by: Actor, key: OperationKey, plan: Plan): Promise<void> {
    await this.inTurn(key, async () => {
      const known = await this.#known(key, plan);
      const rows = new Map((await this.rows.ofOperation(key)).map((row) => [row.step, row]));
      const stateOf = (step: string) => rows.get(step)?.state;
      assertSameWork(key, plan, rows);
      const positions = new Map(plan.steps.map((step, position) => [step, position]));
      const missing = plan.todo
        .filter(({ step }) => (stateOf(step) ?? 'error') === 'error')
        .map((todo) => rowOf(by, key.id, plan, { ...todo, position: positions.get(todo.step) ?? 0 }));
      const [first, ...followers] = missing;
      if (!first) return;
      if (known && (isEnded(known.state) || known.stopping)) throw new ProblemError('operation_ended', `operation ${key.id} has ended`);
      const register = known && known.carrier !== 'none' ? undefined : () => this.#register(by, key, plan);
      const isNext = plan.todo.find(({ step }) => stateOf(step) !== 'completed')?.step === first.step;
      if (plan.isBulk || !isNext) {
        register?.();
        await this.#commit((transaction) => writeSteps(transaction, missing));
        return this.goOn(key);
      }
      const refused = await this.#begin(first, { isStored: stateOf(first.step) !== undefined, register, followers });
      if (refused) throw new WorkRefused(refused);
    });
  }

  /**
   * Shows a step in error for a request that was refused before anybody could tell what work it is.
   * @throws ProblemError as `ask`
   */
  async refuse(by: Actor, key: OperationKey, plan: Plan, step: string, text: StepText): Promise<void> {
    await this.inTurn(key, async () => {
      const known = await this.#known(key, plan);
      const row = await this.rows.find(key, step);
      // Work that was begun under this id is not touched by a request that asks for something else.
      if (row) throw inUse(key);
      if (known && isEnded(known.state)) return;
      if (!known || known.carrier === 'none') this.#register(by, key, plan);
      this.show(key, step, 'error', text);
      await this.#commit();
    });
  }

  /** Runs `work` when nothing else is being decided about the operation. */
  inTurn<Result>(key: OperationKey, work: () => Promise<Result>): Promise<Result> {
    return this.#locks.run(`operation ${key.userId}/${key.id}`, work);
  }

  /** Goes on with what the operation still waits for, without being waited for. */
  goOn(key: OperationKey): void {
    this.soon(key, () => this.#advance(key));
  }

  /** Does something of an operation in its turn, without being waited for. */
  soon(key: OperationKey, work: () => Promise<void>): void {
    this.#follow(this.inTurn(key, work), key);
  }

  /** Work that nobody waits for but the end of the hub. */
  #follow(work: Promise<void>, { id, userId }: OperationKey): void {
    const done = work
      .catch((error: unknown) =>
        this.options.log.error({ event: 'isp_work_failed', operation_id: id, user_id: userId, err: error }, 'work on a connection could not go on'),
      )
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** Tells whoever waits for the operation, and goes on. */
  settled(row: IspStepTable): void {
    this.waiters.wake(keyOf(row));
    if (!workOf(row).inBulk) return this.goOn(keyOf(row));
    // Its router has room for another one, of whichever operation asked first.
    for (const [name, key] of this.#bulks) {
      const due = `${name} ${row.id_router}`;
      if (this.#due.has(due)) continue;
      this.#due.add(due);
      this.soon(key, () => {
        this.#due.delete(due);
        return this.#advance(key, row.id_router);
      });
    }
  }

  async stop(): Promise<void> {
    this.waiters.drain();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  said(operation: Pick<Operation, 'language'>, text: SaidText): { message: string; code: string } {
    return { message: renderStepText(text, operation.language === 'es' ? 'es' : 'en'), code: text.code };
  }

  show(key: OperationKey, step: string, status: 'in_progress' | 'completed' | 'error', text: SaidText, progress?: number): void {
    this.options.operations.report(key, step, { status, text, ...(progress !== undefined && { progress }) });
  }

  /** Begins the step of a row that is in the database. @returns why it was not begun, after that is shown */
  async resume(row: IspStepTable): Promise<StepText | undefined> {
    const refused = await this.#begin(row, { isStored: true });
    if (refused) this.settled(row);
    return refused;
  }

  /** Why the step of each of `rows` cannot begin now, in their order; undefined where it can. */
  async refusalsOf(rows: readonly IspStepTable[]): Promise<(StepText | undefined)[]> {
    const ofRouters = new Map<number, Promise<StepText | undefined>>();
    const contextOf = await contextsOf(this.options, rows);
    const refusalOf = async (row: IspStepTable) => {
      const work = workOf(row);
      const context = contextOf(row);
      const { router } = context;
      const refused = await this.#refusal(work, context);
      if (refused || !router || !(await needsRouter(work, context))) return refused;
      const ofRouter = ofRouters.get(router.id_router) ?? this.#tasks.refusal(work, router);
      ofRouters.set(router.id_router, ofRouter);
      return ofRouter;
    };
    return Promise.all(rows.map(refusalOf));
  }

  /** Ends an operation of which every step is completed. */
  end(key: OperationKey): void {
    const { engine } = this.options.operations;
    const operation = engine.find(key);
    if (operation && !isEnded(operation.state) && outcomeOf(operation) === 'completed') engine.end(key, 'completed');
  }

  /** Ends an operation that was made for a request which was then refused, with what refused it. */
  async giveUp(key: OperationKey, refused: StepText): Promise<void> {
    await this.inTurn(key, async () => {
      const { engine } = this.options.operations;
      const operation = engine.find(key);
      if (operation && !isEnded(operation.state)) {
        for (const { step, event } of [...operation.steps.values()]) {
          if (!isSettled(event?.status ?? 'pending')) this.show(key, step, 'error', { code: 'step.not_reached' });
        }
        if (!isEnded(operation.state)) engine.end(key, 'error', this.said(operation, refused));
      }
      await this.#commit();
    });
  }

  recordChange(transaction: HubTransaction, row: IspStepTable): RecordChange {
    return new RecordChange(transaction, row, this.options.audit);
  }

  async #known(key: OperationKey, plan: Plan): Promise<Operation | undefined> {
    const known = await this.options.operations.find(key);
    if (known && known.carrier !== 'none' && (known.kind !== plan.kind || known.request !== plan.request)) throw inUse(key);
    return known;
  }

  #register({ requestId }: Actor, key: OperationKey, { kind, title, language, request, endsWithSteps, steps }: Plan): void {
    const message = renderStepText({ code: 'isp.waiting' }, language);
    const declared = steps.map((step) => ({ step, message, code: 'isp.waiting' }));
    asProblem(() =>
      this.options.operations.engine.register(key, { kind, title, carrier: 'agent', language, request, requestId, endsWithSteps, steps: declared }),
    );
  }

  /** @returns why it was not begun, after that is shown */
  #begin(row: IspStepTable, beginning: Beginning): Promise<StepText | undefined> {
    const begin = () => this.#beginNow(row, beginning);
    return row.id_conexion === null ? this.#locks.run(`router ${row.id_router}`, begin) : this.options.connections.inTurn(row.id_conexion, begin);
  }

  async #beginNow(row: IspStepTable, { isStored, register, followers = [] }: Beginning): Promise<StepText | undefined> {
    const work = workOf(row);
    const context = (await contextsOf(this.options, [row]))(row);
    const begun = { ...row, id_router: context.router?.id_router ?? null };
    const made = (await this.#refusal(work, context)) ?? (await this.#tasks.make(work, context));
    register?.();
    if (made && !isTask(made)) {
      this.show(keyOf(row), row.step, 'error', made);
      await this.#commit(isStored ? (transaction) => settleStep(transaction, row, 'error', made) : undefined);
      return made;
    }
    if (!made) return this.#doNow(begun, work, context, followers);
    const { agents, operations } = this.options;
    const key = keyOf(row);
    const status = operations.engine.find(key)?.steps.get(row.step)?.event?.status ?? 'pending';
    const text = agents.waitingText(made.agentId, made.task.kind);
    operations.report(key, row.step, status === 'pending' ? { status, text } : { status: 'in_progress', text, progress: 0 });
    const task = { ...made, userId: key.userId, operationId: key.id, step: row.step, requestId: row.request_id };
    await this.#commit(async (transaction) => {
      await writeSteps(transaction, [{ ...begun, state: 'running', code: null, text_values: null }, ...followers]);
      const record = this.recordChange(transaction, begun);
      for (const change of work.first ?? []) await change(record);
      await agents.queue.add(transaction, [task]);
    });
    agents.links.wake(made.agentId);
    return undefined;
  }

  async #refusal(work: Work, context: WorkContext): Promise<StepText | undefined> {
    const { row } = context;
    const refused = await work.check?.(context);
    if (refused || row.id_conexion === null || work.onlyLooks) return refused;
    const isBusy = await this.rows.isBusy(row.id_conexion, keyOf(row));
    return isBusy ? { code: 'isp.connection_busy', values: { id: row.id_conexion } } : undefined;
  }

  /** Work on the records alone: begun, done and ended in one transaction. */
  async #doNow(row: IspStepTable, work: Work, context: WorkContext, followers: readonly IspStepTable[]): Promise<StepText | undefined> {
    const key = keyOf(row);
    const done = work.done(context);
    let refused: StepText | undefined;
    const write = async (transaction: HubTransaction) => {
      refused = undefined;
      await writeSteps(transaction, [{ ...row, state: 'running' }, ...followers]);
      const record = this.recordChange(transaction, row);
      for (const change of [...(work.first ?? []), ...(work.last ?? [])]) refused ??= await change(record);
      await settleStep(transaction, row, refused ? 'error' : 'completed', refused ?? done);
    };
    for (const [code, progress] of work.begins ?? []) this.show(key, row.step, 'in_progress', { code }, progress);
    // What others may have taken meanwhile is known only once it is written.
    if (work.contested) await this.#commit(write);
    this.show(key, row.step, refused ? 'error' : 'completed', refused ?? done);
    this.end(key);
    await this.#commit(work.contested ? undefined : write);
    this.settled(row);
    return refused;
  }

  /** `router`: of work on many, the one that has room again. */
  async #advance(key: OperationKey, router?: number | null): Promise<void> {
    const { engine } = this.options.operations;
    const operation = engine.find(key);
    if (!operation || isEnded(operation.state)) return this.#giveUp(key);
    if (operation.stopping) {
      if (!(await this.rows.hasOpen(key))) engine.close(key, this.said(operation, { code: 'step.stopped' }), 'stopped');
      return;
    }
    this.end(key);
    if (router !== undefined) return this.#inBulk(key, [router]);
    const routers = await this.rows.queuedRouters(key);
    if (routers.length > 0) return this.#inBulk(key, routers);
    const next = (await this.rows.ofOperation(key)).find(({ state }) => state !== 'completed');
    if (next?.state === 'waiting') await this.resume(next);
  }

  /** Begins as many of the queued steps of an operation as each of the routers may have at once. */
  async #inBulk(key: OperationKey, routers: readonly (number | null)[]): Promise<void> {
    this.#bulks.set(`${key.userId}/${key.id}`, key);
    const max = this.options.settings.ISP_BULK_PER_ROUTER_MAX;
    for (const router of routers) {
      // Other operations on many count towards the same router.
      await this.#locks.run(`bulk ${router}`, async () => {
        for (;;) {
          const room = max - (await runningInBulk(this.options.db, router));
          // Not one by one: what begins together is written together.
          const rows = room >= max / 2 ? await this.rows.queued(key, router, room) : [];
          if (rows.length === 0) return;
          if (this.options.operations.engine.find(key)?.stopping !== false || this.waiters.draining) return;
          const refused = (await Promise.all(rows.map((row) => this.resume(row)))).find((text) => text && text.values === undefined);
          if (refused) await endRefused(this, key, router, refused);
        }
      });
    }
  }

  /** Notes that steps of an operation that ended will not be begun any more. */
  async #giveUp(key: OperationKey): Promise<void> {
    this.#bulks.delete(`${key.userId}/${key.id}`);
    for (const steps of await unbegunSteps(this.options.db, key)) {
      await this.#commit((transaction) => settleSteps(transaction, key, steps, { code: 'step.stopped' }));
    }
  }

  #commit(alongside?: (transaction: HubTransaction) => Promise<void>): Promise<void> {
    return this.options.operations.engine.commit(alongside);
  }
}

/** @throws ProblemError operation_id_in_use when one of the steps stands for something else */
function assertSameWork(key: OperationKey, plan: Plan, rows: ReadonlyMap<string, IspStepTable>): void {
  for (const { step, request, connection } of plan.todo) {
    const row = rows.get(step);
    if (row && row.request !== JSON.stringify(request)) throw inUse(key);
    if (!plan.isBulk && rows.values().some(({ id_conexion }) => id_conexion !== (connection ?? null))) throw inUse(key);
  }
}

function inUse({ id }: OperationKey): ProblemError {
  return new ProblemError('operation_id_in_use', `operation ${id} stands for other work`);
}

function workOf({ work }: IspStepTable): Work {
  const found = works[work];
  if (!found) throw new Error(`no such work: ${work}`);
  return found;
}

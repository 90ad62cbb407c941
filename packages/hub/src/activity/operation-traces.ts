// What the journal does not keep of an operation, for whoever opens its page later: how fast its bytes moved, and what its steps said between
// two transitions.
import { type OperationKey, operationTopic, type Published } from '@relevo/progress/engine';
import { isEnded, type StepEvent } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { HubDatabase } from '../database/database.ts';
import { RateMeter, type Rates } from './rate-meter.ts';

export interface OperationTrace {
  /** Null when no bytes moved that anybody told of. */
  rates: Rates | null;
  /** The ticks that said something new, oldest first. */
  said: StepEvent[];
}

type Newest = Pick<StepEvent, 'status' | 'message' | 'code'>;

interface RunningTrace {
  meter: RateMeter | undefined;
  said: StepEvent[];
  /** What each step said last. */
  newestOf: Map<string, Newest>;
}

/** Ticks with something new that are kept of one operation: of a step that says something else every time, the first ones. */
const saidMax = 300;

export class OperationTraces {
  readonly #db: HubDatabase;
  readonly #log: Log;
  /** By the topic of the operation. */
  readonly #running = new Map<string, RunningTrace>();
  readonly #saidMax: number;
  /** Ticks kept of all running operations. */
  #said = 0;

  /** `saidMax`: ticks kept in memory of all running operations together. */
  constructor(db: HubDatabase, log: Log, saidMax: number) {
    this.#db = db;
    this.#log = log;
    this.#saidMax = saidMax;
  }

  shown(batch: readonly Published[]): void {
    for (const { event, userId, operationId, topic } of batch) {
      if ('step' in event) {
        if (event.status !== 'pending') this.#follow(topic, event);
      } else if (isEnded(event.state)) void this.#ended({ userId, id: operationId });
    }
  }

  async of(key: OperationKey): Promise<OperationTrace> {
    const running = this.#running.get(operationTopic(key));
    if (running) return traceOf(running);
    const row = await this.#db
      .selectFrom('operation_trace')
      .select('body')
      .where('user_id', '=', key.userId)
      .where('operation_id', '=', key.id)
      .executeTakeFirst();
    return row ? (JSON.parse(row.body) as OperationTrace) : { rates: null, said: [] };
  }

  #follow(topic: string, event: StepEvent): void {
    let trace = this.#running.get(topic);
    if (!trace) {
      trace = { meter: undefined, said: [], newestOf: new Map() };
      this.#running.set(topic, trace);
    }
    if (event.bytes !== undefined) {
      trace.meter ??= new RateMeter(Date.parse(event.timestamp));
      trace.meter.moved(event.step, event.bytes, Date.parse(event.timestamp));
    }
    const before = trace.newestOf.get(event.step);
    const { status, message, code = before?.code } = event;
    trace.newestOf.set(event.step, { status, message, code });
    if (before?.message === message || isTransition(before, event) || trace.said.length >= saidMax || this.#said >= this.#saidMax) return;
    trace.said.push(event);
    this.#said += 1;
  }

  async #ended({ userId, id }: OperationKey): Promise<void> {
    const topic = operationTopic({ userId, id });
    const running = this.#running.get(topic);
    if (!running) return;
    const trace = traceOf(running);
    try {
      if (trace.rates || trace.said.length > 0) {
        const row = { user_id: userId, operation_id: id, body: JSON.stringify(trace) };
        await this.#db
          .insertInto('operation_trace')
          .values(row)
          .onConflict((conflict) => conflict.columns(['user_id', 'operation_id']).doUpdateSet({ body: row.body }))
          .execute();
      }
    } catch (error) {
      this.#log.error({ event: 'trace_failed', operation_id: id, user_id: userId, err: error }, 'the rates of an operation could not be kept');
    }
    this.#running.delete(topic);
    this.#said -= running.said.length;
  }
}

/** What the journal has: another status, or another thing said, by its code. */
function isTransition(before: Newest | undefined, { status, code }: StepEvent): boolean {
  return status !== 'in_progress' || before?.status !== 'in_progress' || (code !== undefined && code !== before.code);
}

function traceOf({ meter, said }: RunningTrace): OperationTrace {
  return { rates: meter?.rates() ?? null, said };
}

// Ten thousand cut connections while operations tick and change: whoever watches them misses nothing, sees nothing twice, and ends with
// the same picture; bare sockets that say how far they came, and the SDK's own watcher.
import { afterEach, expect, test } from 'bun:test';
import { createWatcher, type SocketConstructor, type Watcher } from '@relevo/progress/watch';
import type { OperationEvent, OperationResource, StepEvent } from '@relevo/protocol';
import { operation as askOperation } from './harness/deliveries.ts';
import { runHub } from './harness/hub.ts';
import { runProxy } from './harness/proxy.ts';
import { seededRandom } from './harness/random.ts';
import { Scope } from './harness/scope.ts';
import type { Session } from './harness/session.ts';
import { pass, until } from './harness/until.ts';
import { faultsOf } from './harness/watcher.ts';

const scope = new Scope();
afterEach(() => scope.end());

const cyclesWanted = Number(process.env.RESUME_CYCLES ?? 10_000);
const watchersPerOperation = { bare: 4, sdk: 1 };
const operations = ['alpha', 'beta', 'gamma', 'delta'];
const workedSteps = ['fetch', 'unpack', 'install'];
/** Untouched until the end, so that no operation ends before it. */
const lastStep = 'restart';
const steps = [...workedSteps, lastStep];

type Shown = StepEvent | OperationEvent;
const isEnd = (event: Shown) => !('step' in event) && ['completed', 'error', 'stopped'].includes(event.state);

/** What one watcher was shown of one operation. */
interface Seen {
  by: string;
  operationId: string;
  events: Shown[];
}

/** Connections that were opened, whoever opened them. */
let cycles = 0;

/** Watches one operation over one bare socket after the other, each beginning after the last number seen. */
function watchBare(url: string, session: Session, operationId: string, away: () => Promise<void>): Seen {
  const record: Seen = { by: 'a bare socket', operationId, events: [] };
  let last = 0;
  let closed = false;
  let socket: WebSocket | undefined;
  const connect = () => {
    if (closed) return;
    const opened = new WebSocket(`${url.replace('http', 'ws')}/ws/progress?userId=${session.userId}`, {
      headers: { cookie: session.cookie },
    } as unknown as string[]);
    socket = opened;
    opened.onopen = () => {
      cycles += 1;
      opened.send(JSON.stringify({ type: 'start_operation', operation_id: operationId, ...(last > 0 && { after: last }) }));
    };
    opened.onmessage = ({ data }) => {
      const event = JSON.parse(String(data)) as Shown;
      record.events.push(event);
      last = Math.max(last, event.seq);
    };
    opened.onerror = () => {};
    opened.onclose = () => void away().then(connect);
  };
  connect();
  scope.onEnd(() => {
    closed = true;
    socket?.close();
  });
  return record;
}

function sdkWatcher(url: string, session: Session, random: () => number): Watcher {
  class SignedInSocket extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { cookie: session.cookie } } as unknown as string[]);
      this.addEventListener('open', () => {
        cycles += 1;
      });
    }
  }
  const watcher = createWatcher({
    base: url,
    userId: session.userId,
    WebSocket: SignedInSocket as unknown as SocketConstructor,
    fetch: ((input: string, init?: RequestInit) => fetch(input, { ...init, headers: { ...init?.headers, cookie: session.cookie } })) as typeof fetch,
    delayMinMs: 1,
    delayMaxMs: 20,
    stableAfterMs: 0,
    eventsMax: 1_000_000,
    random,
  });
  scope.onEnd(() => watcher.close());
  return watcher;
}

/** Reads everything that the iteration gives, one record for each operation. */
function readSdk(by: string, iteration: AsyncIterable<Shown>): Map<string, Seen> {
  const records = new Map(operations.map((operationId) => [operationId, { by, operationId, events: [] as Shown[] }]));
  const read = async () => {
    for await (const event of iteration) records.get(event.operation_id)?.events.push(event);
  };
  void read();
  return records;
}

/** Works on all operations at once, in batches, until it is told to finish them. */
class Work {
  readonly #session: Session;
  readonly #random: () => number;
  readonly #progress = new Map<string, number>();
  #seq = 0;
  #finishing = false;
  /** Each changes every operation at least once. */
  rounds = 0;
  readonly done: Promise<void>;

  constructor(session: Session, random: () => number) {
    this.#session = session;
    this.#random = random;
    this.done = this.#run();
  }

  get isFinishing(): boolean {
    return this.#finishing;
  }

  finish(): Promise<void> {
    this.#finishing = true;
    return this.done;
  }

  async #run(): Promise<void> {
    const declared = steps.map((step) => ({ step, message: 'waits' }));
    await this.#send(operations.map((operation_id) => ({ type: 'begin', operation_id, kind: 'test', title: operation_id, steps: declared })));
    while (!this.#finishing) {
      this.rounds += 1;
      await this.#send(operations.flatMap((operation_id) => [0, 1, 2].map(() => this.#change(operation_id))));
    }
    await this.#send(operations.flatMap((id) => steps.map((step) => this.#step(id, step, 'completed', 100))));
  }

  /** A percentage, mostly; now and then a step fails and is tried again. */
  #change(operationId: string): object {
    const step = workedSteps[Math.floor(this.#random() * workedSteps.length)] ?? '';
    const key = `${operationId} ${step}`;
    const before = this.#progress.get(key) ?? 0;
    const fails = before > 0 && (before > 95 || this.#random() < 0.1);
    const progress = fails ? 0 : before + 0.5 + this.#random();
    this.#progress.set(key, progress);
    return this.#step(operationId, step, fails ? 'error' : 'in_progress', progress);
  }

  #step(operation_id: string, step: string, status: string, progress: number): object {
    return { type: 'step', operation_id, step, status, progress, message: `${step} ${status}` };
  }

  async #send(reports: readonly object[]): Promise<void> {
    const numbered = reports.map((report) => ({ ...report, seq: ++this.#seq }));
    const { refused } = await this.#session.ask('POST', '/api/reports', { json: { reporter: 'worker', reports: numbered } });
    if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  }
}

/** The newest that was shown of every step and of the operation, as the hub itself tells it. */
function pictureOf(events: readonly Shown[]): object {
  const newest = new Map<string, Shown>();
  for (const event of events) {
    const part = 'step' in event ? event.step : '';
    if (event.seq >= (newest.get(part)?.seq ?? 0)) newest.set(part, event);
  }
  const end = newest.get('');
  return {
    state: end && !('step' in end) ? end.state : undefined,
    seq: Math.max(...[...newest.values()].map(({ seq }) => seq)),
    steps: steps.map((step) => shapeOf(newest.get(step) as StepEvent | undefined)),
  };
}

const shapeOf = (step: Pick<StepEvent, 'step' | 'status' | 'message' | 'progress' | 'seq'> | undefined) =>
  step && { step: step.step, status: step.status, message: step.message, progress: step.progress, seq: step.seq };

const pictureOfResource = ({ state, seq, steps: shown }: OperationResource) => ({ state, seq, steps: shown.map(shapeOf) });

test(`${cyclesWanted} cut connections lose nothing, repeat nothing, and every watcher ends with the same picture`, async () => {
  const { random, seed } = seededRandom(process.env.RESUME_SEED);
  const hub = await runHub(scope, {
    TICK_INTERVAL_MS: '1',
    // Short, so that some come back too late for the numbers they missed.
    OPERATION_REPLAY_MAX: '16',
    CONNECTIONS_PER_USER_MAX: '200',
    USER_REQUESTS_PER_SECOND_MAX: '100000',
    ADDRESS_REQUESTS_PER_SECOND_MAX: '100000',
  });
  const proxy = await runProxy(scope, hub);
  const records: Seen[] = [];
  const work = new Work(hub.admin, random);
  /** Back within moments, mostly; now and then only when more has happened than is held for replay. */
  const away = async () => {
    if (random() >= 0.02) return pass(random() * 5);
    const enough = work.rounds + 50;
    await until('more has happened than is held', () => work.rounds >= enough || work.isFinishing, { timeoutMs: 600_000, everyMs: 5 });
  };
  for (const id of operations) {
    for (let count = 0; count < watchersPerOperation.bare; count += 1) records.push(watchBare(proxy.url, hub.admin, id, away));
    for (let count = 0; count < watchersPerOperation.sdk; count += 1) {
      const read = readSdk('the SDK, by id', sdkWatcher(proxy.url, hub.admin, random).watchOperation(id));
      records.push(...[...read.values()].filter(({ operationId }) => operationId === id));
    }
  }
  for (let count = 0; count < 2; count += 1) {
    records.push(...readSdk('the SDK, everything', sdkWatcher(proxy.url, hub.admin, random).watchAll()).values());
  }

  await Promise.race([
    work.done,
    until(
      `${cyclesWanted} cycles`,
      () => {
        // Enough for the handshake and some events; never at the same place.
        proxy.weather = { cutAfterBytes: 1_500 + Math.floor(random() * 3_000) };
        return cycles >= cyclesWanted;
      },
      { timeoutMs: 600_000, everyMs: 5 },
    ),
  ]);
  await work.finish();
  const cut = proxy.connectionsCut;
  proxy.weather = {};
  await until('every watcher sees the end', () => records.every(({ events }) => events.some(isEnd)), { timeoutMs: 30_000 });

  expect(cycles).toBeGreaterThanOrEqual(cyclesWanted);
  expect(cut).toBeGreaterThan(cyclesWanted / 2);
  const pictures = new Map<string, object>();
  for (const id of operations) pictures.set(id, pictureOfResource(await askOperation(hub.admin, id)));
  for (const { by, operationId, events } of records) {
    expect({ by, operationId, seed, faults: faultsOf(events, { stepsBeginAnew: true }).slice(0, 5) }).toEqual({ by, operationId, seed, faults: [] });
    expect({ by, operationId, seed, picture: pictureOf(events) }).toEqual({ by, operationId, seed, picture: pictures.get(operationId) ?? {} });
  }
  // Both roads of coming back were walked: numbers replayed, and snapshots that stand in for them.
  const all = records.flatMap(({ events }) => events);
  expect(all.some(({ snapshot }) => snapshot)).toBe(true);
  expect(all.filter(({ snapshot }) => !snapshot).length).toBeGreaterThan(cyclesWanted);
}, 660_000);

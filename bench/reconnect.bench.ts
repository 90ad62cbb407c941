// Every watcher is cut off at once while its operation goes on, and comes back: the time until it has seen everything again, and whether anything was lost,
// against Socket.IO with its connection state recovery.
import { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';
import { type LiveServer, startRelevo, startSocketIo } from './live-servers.ts';
import { type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';
import { percentile } from './percentile.ts';
import { type Dialect, RawWatcher } from './raw-watcher.ts';
import { type Teller, tellHub, tellPeer } from './update-teller.ts';

const watcherCount = Number(process.env.BENCH_WATCHERS ?? 1_000);
const cuts = 1;
const rounds = 2;
/** Every operation moves this often, milliseconds: more than the interval in which a hub shows one percentage of a step. */
const moveMs = 200;
/** How long a watcher stays away, milliseconds: a server that has not noticed that one is gone cannot give it back what it missed. */
const awayMs = 100;
const names = { ours: 'relevo hub', socketIo: 'Socket.IO, recovery' };

/** What a client of one server reads out of a message, and says when it comes back. */
interface Tongue {
  /** The event in a text frame; undefined for anything else. */
  eventOf(payload: string): { number: number; message: string; offset?: string } | undefined;
  /** The client's side of a connection that goes on where `watcher` was cut. */
  resume(server: LiveServer, watcher: Watcher): Dialect;
}

const relevo: Tongue = {
  eventOf(payload) {
    const { seq, message = '' } = JSON.parse(payload) as { seq: number; message?: string };
    return { number: seq, message };
  },
  resume: ({ dialect }) => dialect,
};

const socketIo: Tongue = {
  eventOf(payload) {
    if (!payload.startsWith('42')) return undefined;
    const [name, event, offset] = JSON.parse(payload.slice(2)) as [string, { message: string }, string];
    return name === 'update' ? { number: moveOf(event.message), message: event.message, offset } : undefined;
  },
  resume({ dialect }, { pid, offset }) {
    return { ...dialect, hello: { text: `40${JSON.stringify({ pid, offset })}`, answer: '40' } };
  },
};

/** A client that knows how far it came. */
class Watcher {
  /** Numbers that never came, and such as came again. */
  lost = 0;
  repeated = 0;
  /** The last number of an event, and the last move it told of. */
  number = 0;
  move = 0;
  pid = '';
  offset = '';
  raw: RawWatcher | undefined;
  /** Called with every move. */
  onMove: (move: number) => void = () => {};
  readonly #tongue: Tongue;

  constructor(tongue: Tongue) {
    this.#tongue = tongue;
  }

  async open(server: LiveServer, operationId: string, dialect = server.dialect): Promise<void> {
    this.raw = await RawWatcher.open('127.0.0.1', server.port, dialect, (payload) => this.#take(payload.toString()));
    const { pid } = JSON.parse(this.raw.greeting.slice(2) || '{}') as { pid?: string };
    const isRecovered = pid !== undefined && pid === this.pid;
    this.pid = pid ?? '';
    if (!isRecovered) this.raw.watch(operationId, this.number === 0 ? undefined : this.number);
  }

  /** Cut, and back after `awayMs`. */
  async cut(server: LiveServer, operationId: string): Promise<void> {
    this.raw?.cut();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await this.open(server, operationId, this.#tongue.resume(server, this));
  }

  #take(payload: string): void {
    const event = this.#tongue.eventOf(payload);
    if (!event) return;
    if (event.number <= this.number) this.repeated += 1;
    else {
      this.lost += event.number - this.number - 1;
      this.number = event.number;
    }
    this.offset = event.offset ?? '';
    this.move = Math.max(this.move, moveOf(event.message));
    this.onMove(this.move);
  }
}

function moveOf(message: string): number {
  return Number(/move (\d+)$/.exec(message)?.[1] ?? 0);
}

const scope = new Scope();
try {
  const ids = Array.from({ length: watcherCount }, (_, n) => `reconnect-${n}`);
  const hub = await startRelevo(scope);
  const peer = await startSocketIo(scope, { recovery: true });
  const contenders = [
    await contender(names.ours, relevo, hub, await tellHub(hub, ids, 1)),
    await contender(names.socketIo, socketIo, peer, tellPeer(peer, ids, 1)),
  ];

  async function contender(name: string, tongue: Tongue, server: LiveServer, teller: Teller) {
    const watchers = ids.map(() => new Watcher(tongue));
    for (const [n, watcher] of watchers.entries()) await watcher.open(server, ids[n] ?? '');
    scope.onEnd(async () => {
      await teller.close();
      for (const { raw } of watchers) raw?.cut();
    });
    let move = 0;
    const tellAll = () => {
      move += 1;
      for (const n of ids.keys()) teller.tell(n, Math.min(100, move / 100), `Copying, move ${move}`);
      return move;
    };
    return { name, run: () => run(server, watchers, tellAll, teller) };
  }

  async function run(server: LiveServer, watchers: readonly Watcher[], tellAll: () => number, teller: Teller): Promise<Figures> {
    const times: number[] = [];
    for (const watcher of watchers) Object.assign(watcher, { lost: 0, repeated: 0 });
    for (let cut = 0; cut < cuts; cut += 1) {
      const moved = tellAll();
      await allHave(watchers, moved);
      const timer = setInterval(tellAll, moveMs);
      try {
        const began = performance.now();
        const back = watchers.map((watcher, n) => watcher.cut(server, ids[n] ?? ''));
        // What everybody misses: it is told while nobody is there.
        const missed = tellAll();
        await Promise.all(
          watchers.map(
            (watcher) =>
              new Promise<void>((resolve) => {
                watcher.onMove = (move) => {
                  if (move < missed) return;
                  watcher.onMove = () => {};
                  times.push(performance.now() - began);
                  resolve();
                };
              }),
          ),
        );
        await Promise.all(back);
      } finally {
        clearInterval(timer);
      }
      await teller.flush();
    }
    await allHave(watchers, tellAll());
    const sum = (figure: 'lost' | 'repeated') => watchers.reduce((total, watcher) => total + watcher[figure], 0);
    return {
      'p50 ms': percentile(times, 0.5),
      'p99 ms': percentile(times, 0.99),
      'max ms': percentile(times, 1),
      lost: sum('lost'),
      repeated: sum('repeated'),
    };
  }

  async function allHave(watchers: readonly Watcher[], move: number): Promise<void> {
    const behind = () => watchers.filter((watcher) => watcher.move < move).length;
    await until('everybody has seen the last move', () => behind() === 0, { timeoutMs: 30_000 });
  }

  const results = await takeTurns(contenders, rounds);
  await report(
    'reconnect',
    `${watcherCount} watchers cut off at once, away for ${awayMs} ms, each of its own operation that goes on; medians of ${rounds} rounds`,
    results,
    [
      { name: 'events lost or repeated', ratio: medianOf(results, 'lost', names.ours) + medianOf(results, 'repeated', names.ours), better: 'lower', aim: 0 },
      { name: 'p99, relevo ÷ Socket.IO', ratio: ratioOf(results, 'p99 ms', names.ours, names.socketIo), better: 'lower', aim: 1 },
    ],
  );
} finally {
  await scope.end();
}

// What the benches share: contenders take turns, medians are compared, the processor time of servers is read from the kernel.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import { join } from 'node:path';

/** One run of one contender: figures by name, as `{ seconds: 2.6 }`. */
export type Figures = Record<string, number>;

export interface Contender {
  name: string;
  /** Brings everything back to how it was before the first run; not measured. */
  prepare?(): Promise<void>;
  run(): Promise<Figures>;
}

export interface Claim {
  name: string;
  /** What a better product has more of: `higher` for a throughput, `lower` for seconds. */
  ratio: number;
  better: 'higher' | 'lower';
  aim: number;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = sorted.length % 2 === 1 ? [middle, middle] : [middle - 1, middle];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
}

/** The figures of each contender, round by round. */
export type Rounds = ReadonlyMap<string, readonly Figures[]>;

/** Lets the contenders take turns, `rounds` times after one that warms up, each round beginning with another. */
export async function takeTurns(contenders: readonly Contender[], rounds: number): Promise<Rounds> {
  const runs = new Map(contenders.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round <= rounds; round++) {
    const order = [...contenders.slice(round % contenders.length), ...contenders.slice(0, round % contenders.length)];
    for (const contender of order) {
      await contender.prepare?.();
      const figures = await contender.run();
      if (round > 0) runs.get(contender.name)?.push(figures);
      process.stderr.write(`${round === 0 ? 'warm-up' : `round ${round}/${rounds}`}  ${contender.name.padEnd(28)} ${describe(figures)}\n`);
    }
  }
  return runs;
}

/** The median over the rounds of `figure` of one contender divided by another's of the same round: what else the machine did then, it did to both. */
export function ratioOf(rounds: Rounds, figure: string, one: string, other: string): number {
  const others = rounds.get(other) ?? [];
  return median((rounds.get(one) ?? []).map((figures, round) => (figures[figure] ?? Number.NaN) / (others[round]?.[figure] ?? Number.NaN)));
}

/** The median over the rounds of `figure` of one contender: for a bound that no peer sets. */
export function medianOf(rounds: Rounds, figure: string, one: string): number {
  return median((rounds.get(one) ?? []).map((figures) => figures[figure] ?? Number.NaN));
}

function medians(all: readonly Figures[]): Figures {
  return Object.fromEntries(Object.keys(all[0] ?? {}).map((figure) => [figure, median(all.map((figures) => figures[figure] ?? Number.NaN))]));
}

/** User and system time of a process with all its threads, of the children it has now and of those it has waited for, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  // proc_pid_stat(5): fields 14 to 17 are utime, stime, cutime and cstime in clock ticks. The name, field 2, may hold anything but ends with the last ")".
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
  const children = await childrenOf(pid);
  return (await Promise.all(children.map(cpuSeconds))).reduce((sum, seconds) => sum + seconds, own);
}

const ticksPerSecond = Number(Bun.spawnSync(['getconf', 'CLK_TCK']).stdout.toString()) || 100;

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** Prints the table and the claims, and keeps both as JSON under `.results`. */
export async function report(bench: string, title: string, rounds: Rounds, claims: readonly Claim[]): Promise<void> {
  const results = new Map([...rounds].map(([name, all]) => [name, medians(all)]));
  const figures = [...new Set([...results.values()].flatMap(Object.keys))];
  const rows = [['', ...figures], ...[...results].map(([name, values]) => [name, ...figures.map((figure) => number(values[figure]))])];
  process.stdout.write(`\n${title}\n\n${table(rows)}\n\n`);
  const verdicts = claims.map((claim) => [
    claim.name,
    claim.ratio.toFixed(3),
    `aim ${claim.better === 'higher' ? '≥' : '≤'} ${claim.aim}`,
    held(claim) ? 'held' : 'MISSED',
  ]);
  process.stdout.write(`${table([['ratio', '', '', ''], ...verdicts])}\n`);
  const folder = join(import.meta.dir, '.results');
  await mkdir(folder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, system: `${platform()} ${release()} ${arch()}`, bun: Bun.version };
  const kept = {
    bench,
    title,
    at: new Date().toISOString(),
    machine,
    results: Object.fromEntries(results),
    claims: claims.map((claim) => ({ ...claim, held: held(claim) })),
  };
  await Bun.write(join(folder, `${bench}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}

function held({ ratio, better, aim }: Claim): boolean {
  return better === 'higher' ? ratio >= aim : ratio <= aim;
}

function describe(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');
}

function number(value: number | undefined): string {
  if (value === undefined) return '';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 3);
}

/** Columns in line: the first to the left, the rest to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

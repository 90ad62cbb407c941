// At least a hundred `kill -9`s of hub, agent or both, at random moments of deliveries of a 200 MB file: they cost time and nothing else.
import { afterAll, expect, test } from 'bun:test';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { heldOn, type RunningAgent, runAgent } from './harness/agent.ts';
import { filesUnder, randomFile, sha256OfFile } from './harness/bytes.ts';
import { deliver, untilEnded, upload } from './harness/deliveries.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { seededRandom } from './harness/random.ts';
import { Scope } from './harness/scope.ts';
import { pass, until } from './harness/until.ts';
import { faultsOf, Watcher } from './harness/watcher.ts';

const killsMin = 100;
const fileBytes = 200_000_000;
const scope = new Scope();
afterAll(() => scope.end());

const targets = ['hub', 'agent', 'both'] as const;

test(
  `${killsMin} kills at random moments: every file arrives whole, once, and every watcher sees every number`,
  async () => {
    const { random, seed } = seededRandom(process.env.KILLS_SEED);
    const hub = await runHub(scope);
    // What is verified is made durable often: a kill every few hundred milliseconds must not undo all there was.
    const agent = await runAgent(scope, hub, { env: { TRANSFER_SAVE_BYTES: String(8 * 1024 ** 2), TRANSFER_SAVE_INTERVAL_MS: '100' } });
    const folder = await scope.folder();
    const watcher = new Watcher(scope, hub.admin);
    const kills = { hub: 0, agent: 0, both: 0 };
    const total = () => kills.hub + kills.agent + kills.both;
    const delivered: { name: string; sha256: string }[] = [];

    try {
      while (total() < killsMin) {
        const name = `release ${delivered.length + 1}.bin`;
        const path = join(folder, name);
        const sha256 = await randomFile(path, fileBytes);
        const file = await upload(hub.admin, name, Bun.file(path));
        expect(file.sha256).toBe(sha256);
        await rm(path);
        const operationId = await deliver(hub.admin, file.id, [agent.id]);
        watcher.follow(operationId);
        await killUntilEnded(operationId);
        const ended = await untilEnded(hub.admin, operationId, { timeoutMs: 60_000 });
        expect(ended).toMatchObject({ state: 'completed', steps: [{ status: 'completed', progress: 100 }] });
        await watcher.untilState(operationId, 'completed');
        expect(faultsOf(watcher.seen(operationId))).toEqual([]);
        expect(await sha256OfFile(join(agent.filesDir, name))).toBe(sha256);
        delivered.push({ name, sha256 });
      }
    } catch (error) {
      throw new Error(`after ${JSON.stringify(kills)} with KILLS_SEED=${seed}`, { cause: error });
    }
    expect(total()).toBeGreaterThanOrEqual(killsMin);
    // No file twice, none half: on the disk, in the agent's own list, in the hub's.
    const names = delivered.map(({ name }) => name).sort();
    expect(await filesUnder(agent.filesDir)).toEqual(names);
    const held = delivered.map(({ name, sha256 }) => ({ name, sha256, size: fileBytes })).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect((await heldOn(agent)).sort((a, b) => (a.name < b.name ? -1 : 1))).toMatchObject(held);
    expect((await hub.admin.ask('GET', `/api/agents/${agent.id}/files`)).length).toBe(names.length);
    expect(Math.min(kills.hub, kills.agent, kills.both)).toBeGreaterThan(0);
    expect(watcher.connections).toBeGreaterThan(kills.hub / 2);
    process.stderr.write(`      kills: ${JSON.stringify(kills)} in ${delivered.length} deliveries\n`);

    async function killUntilEnded(operationId: string): Promise<void> {
      const isOver = () => watcher.state(operationId) === 'completed';
      while (total() < killsMin) {
        const from = watcher.seen(operationId).length;
        const moved = () =>
          watcher
            .seen(operationId)
            .slice(from)
            .some((event) => 'step' in event && event.status === 'in_progress' && event.bytes !== undefined);
        await until('the operation moves', () => moved() || isOver(), { timeoutMs: 60_000, everyMs: 2 });
        await pass(20 + random() * 380);
        if (isOver()) return;
        const target = targets[Math.floor(random() * targets.length)] ?? 'both';
        kills[target] += 1;
        const victims: (RunningHub | RunningAgent)[] = target === 'both' ? [hub, agent] : [target === 'hub' ? hub : agent];
        await Promise.all(victims.map((victim) => victim.kill().then(() => victim.start())));
        if (process.env.KILLS_TRACE) process.stderr.write(`      ${total()} ${target} ${JSON.stringify(watcher.seen(operationId).at(-1))}\n`);
      }
    }
  },
  10 * 60_000,
);

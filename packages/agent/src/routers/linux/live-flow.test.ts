// A flow that runs while its connection is removed: the firewall lets established flows through, so it must be ended and not only refused anew.
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { testTimeoutMs } from '../../agent.fixture.ts';
import { openTaskBench, type TaskBench } from '../router-bench.fixture.ts';
import { type LinuxBench, openLinuxBench } from './linux-bench.fixture.ts';
import { whyNoRouterNamespace } from './router-namespace.fixture.ts';

setDefaultTimeout(testTimeoutMs);

const reason = whyNoRouterNamespace();
let router: LinuxBench;
let tasks: TaskBench;

beforeEach(async () => {
  if (reason !== undefined) return;
  router = await openLinuxBench();
  tasks = openTaskBench(router);
});

afterEach(async () => {
  if (reason !== undefined) return;
  await tasks.close();
  await router.close();
});

/** Replies that a running ping has got, and a way to wait for the next. */
function follow(ping: Bun.Subprocess<'ignore', 'pipe', 'inherit'>): { count(): number; next(): Promise<void> } {
  let count = 0;
  let heard = Promise.withResolvers<void>();
  void (async () => {
    for await (const part of ping.stdout) {
      count +=
        Buffer.from(part)
          .toString()
          .match(/icmp_seq/g)?.length ?? 0;
      heard.resolve();
      heard = Promise.withResolvers<void>();
    }
  })();
  return { count: () => count, next: () => heard.promise };
}

/** Packets that the firewall has refused. */
function refused(): number {
  return Number(/packets (\d+)/.exec(router.namespace.onRouter('nft', 'list', 'counter', 'inet', 'relevo', 'refused'))?.[1]);
}

async function untilRefused(count: number): Promise<void> {
  while (refused() < count) await Bun.sleep(20);
}

test.skipIf(reason !== undefined)(
  `a live flow ends with the removal, and a new one begins after the entries are back${reason ? `: ${reason}` : ''}`,
  async () => {
    await tasks.start();
    const ping = router.namespace.atCustomer('ping', '-n', '-i', '0.05', '-I', router.connection.direccion_ip, router.namespace.server);
    const replies = follow(ping);
    while (replies.count() < 3) await replies.next();
    const entries = await tasks.entries(await tasks.give('router.remove', { connection: router.connection }));
    // What was on the wire at the end of the removal arrives; of what was sent since, three packets were refused.
    await untilRefused(refused() + 1);
    const afterRemoval = replies.count();
    await untilRefused(refused() + 3);
    expect(replies.count()).toBe(afterRemoval);
    await tasks.entries(await tasks.give('router.restore', { connection: router.connection, entries }));
    while (replies.count() === afterRemoval) await replies.next();
    ping.kill('SIGKILL');
    await ping.exited;
  },
);

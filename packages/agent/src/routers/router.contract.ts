// What every kind of router must do for the tasks on it. Run by the test of each implementation.
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { entryLabel } from '@relevo/protocol';
import { testTimeoutMs } from '../agent.fixture.ts';
import { openTaskBench, type RouterBench, type TaskBench } from './router-bench.fixture.ts';

/** `open` gives a router with the connection and its neighbour on it. */
export function describeRouter(name: string, open: () => Promise<RouterBench>): void {
  describe(name, () => {
    setDefaultTimeout(testTimeoutMs);
    let router: RouterBench;
    let tasks: TaskBench;
    let before: string[];

    beforeEach(async () => {
      router = await open();
      tasks = openTaskBench(router);
      before = await router.held();
    });

    afterEach(async () => {
      await tasks.close();
      await router.close();
    });

    const about = () => ({ connection: router.connection });
    const neighbours = () => before.filter((entry) => entry.startsWith('neighbour'));
    const codes = (id: string) => tasks.agent.hub.reports(id).map(({ text }) => text.code);
    const ended = async (id: string) => {
      const { status, text } = await tasks.agent.hub.end(id);
      return [status, text.code];
    };
    /** Resolves once the router is about to do its change number `index`; that change waits until it is let go. */
    const holdChange = (index: number) => {
      const reached = Promise.withResolvers<void>();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      router.beforeChange((at) => {
        if (at !== index) return undefined;
        reached.resolve();
        return released;
      });
      return { reached: reached.promise, release };
    };

    test('tells who the router is, and its key', async () => {
      await tasks.start();
      const { text, result } = await tasks.agent.hub.end(await tasks.give('router.probe'));
      expect(text.code).toBe('router.reached');
      expect(result).toEqual({ identity: expect.stringMatching(/\S/), pin: router.target.pin });
    });

    test('an inspection finds what a removal would take, and changes nothing', async () => {
      await tasks.start();
      const entries = await tasks.entries(await tasks.give('router.inspect', about()));
      expect(entries.map(({ kind }) => kind)).toEqual(router.kinds);
      expect(entries.map((entry) => entryLabel(entry, 'en'))).toEqual(entries.map(({ label }) => label));
      expect(entries.map(({ name }) => name)).not.toContain(undefined);
      expect(await router.held()).toEqual(before);
    });

    test('a removal takes everything of the connection and nothing of its neighbour', async () => {
      await tasks.start();
      expect(await router.letsIn()).toBe(true);
      const id = await tasks.give('router.remove', about());
      const entries = await tasks.entries(id);
      expect(codes(id).at(-1)).toBe('router.removed');
      expect(entries.map(({ kind }) => kind)).toEqual(router.kinds);
      expect(await router.letsIn()).toBe(false);
      expect(neighbours().length).toBeGreaterThan(0);
      expect(await router.held()).toEqual(neighbours());
    });

    test('what a removal will take is told before it takes anything, and each entry with how far it is', async () => {
      await tasks.start();
      const { reached, release } = holdChange(0);
      const id = await tasks.give('router.remove', about());
      await reached;
      await tasks.agent.hub.until(() => tasks.agent.hub.reports(id).some(({ result }) => result !== undefined), 'the entries are told');
      const told = tasks.agent.hub.reports(id).find(({ result }) => result !== undefined)?.result;
      expect(await router.held()).toEqual(before);
      release();
      const end = await tasks.agent.hub.end(id);
      expect(end.result).toEqual(told);
      const said = tasks.agent.hub.reports(id).filter(({ text }) => ['router.removing', 'router.cutting'].includes(text.code));
      expect(said.length).toBeGreaterThanOrEqual(router.kinds.length);
      const progress = tasks.agent.hub.reports(id).map((report) => report.progress ?? 0);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      expect(progress.at(-1)).toBe(100);
    });

    test('removing what is gone succeeds, and says so', async () => {
      await tasks.start();
      await ended(await tasks.give('router.remove', about()));
      const id = await tasks.give('router.remove', about());
      expect(await tasks.entries(id)).toEqual([]);
      expect(codes(id).at(-1)).toBe('router.already_gone');
    });

    test('what was removed comes back as it was', async () => {
      await tasks.start();
      const entries = await tasks.entries(await tasks.give('router.remove', about()));
      const id = await tasks.give('router.restore', { ...about(), entries });
      const restored = await tasks.entries(id);
      expect(codes(id).at(-1)).toBe('router.restored');
      expect(restored.length).toBeGreaterThan(0);
      expect(await router.held()).toEqual(before);
      expect(await router.letsIn()).toBe(true);
    });

    test('what stands already is left as it is when entries are put back', async () => {
      await tasks.start();
      const entries = await tasks.entries(await tasks.give('router.inspect', about()));
      expect(await tasks.entries(await tasks.give('router.restore', { ...about(), entries }))).toEqual([]);
      expect(await router.held()).toEqual(before);
    });

    test('a suspended connection passes nothing, and passes again once reactivated', async () => {
      await tasks.start();
      const id = await tasks.give('router.suspend', about());
      const entries = await tasks.entries(id);
      expect(codes(id).at(-1)).toBe('router.suspended');
      expect(await router.letsIn()).toBe(false);
      const again = await tasks.give('router.reactivate', { ...about(), entries });
      expect(await ended(again)).toEqual(['completed', 'router.reactivated']);
      expect(await router.held()).toEqual(before);
      expect(await router.letsIn()).toBe(true);
    });

    test('an entry that is another connection’s as well stops everything before it begins', async () => {
      await tasks.start();
      await router.share();
      const shared = await router.held();
      for (const kind of ['router.remove', 'router.suspend']) expect(await ended(await tasks.give(kind, about()))).toEqual(['error', 'router.ambiguous']);
      expect(await router.held()).toEqual(shared);
    });

    test('a comparison tells who is missing and who is not in the records', async () => {
      await tasks.start();
      await router.addStranger();
      const missing = { id_conexion: 999, direccion_ip: '10.99.0.99', usuario_ppp: null, mac: null };
      const expected = [router.connection, router.neighbour, missing];
      const { result } = await tasks.agent.hub.end(await tasks.give('router.compare', { expected }));
      expect(result).toEqual({ missing: [999], unexpected: [expect.anything()] });
      expect(JSON.stringify(result?.unexpected)).toContain('10.99.0.77');
      // A comparison reads fewer members than a removal: an entry is called by those that are there.
      expect(JSON.stringify(result?.unexpected)).not.toContain('undefined');
    });

    test.each(['router.probe', 'router.remove'])('%s with the wrong password ends at once', async (kind) => {
      await tasks.start();
      const id = await tasks.give(kind, about(), { credentials: { password: 'wrong', private_key: undefined } });
      expect(await ended(id)).toEqual(['error', 'router.credentials_refused']);
      expect(codes(id)).not.toContain('router.retrying');
      expect(await router.held()).toEqual(before);
    });

    test('a key that nobody approved is told, and the router gets no credentials', async () => {
      await tasks.start();
      const { status, text } = await tasks.agent.hub.end(await tasks.give('router.probe', {}, { target: { pin: null } }));
      expect([status, text]).toEqual(['error', { code: 'router.identity_unknown', values: { pin: router.target.pin ?? '' } }]);
    });

    test('a router with another key than the approved one is left alone', async () => {
      await tasks.start();
      await router.changeKey();
      const id = await tasks.give('router.remove', about());
      const { status, text } = await tasks.agent.hub.end(id);
      expect([status, text.code]).toEqual(['error', 'router.identity_changed']);
      expect(text.values?.pin).not.toBe(router.target.pin);
      expect(await router.held()).toEqual(before);
    });

    test('credentials for another agent are not read', async () => {
      await tasks.start();
      const id = await tasks.give('router.remove', about(), { target: { sealed_credentials: 'v1.a.b.c' } });
      expect(await ended(id)).toEqual(['error', 'router.credentials_unreadable']);
    });

    test('a router that is not there is tried again, and given up', async () => {
      await router.stop();
      await tasks.start({ ROUTER_ATTEMPTS_MAX: '3' });
      const id = await tasks.give('router.remove', about());
      expect(await ended(id)).toEqual(['error', 'router.unreachable']);
      expect(codes(id).filter((code) => code === 'router.retrying').length).toBe(2);
      await router.start();
    });

    test('a router that takes connections and says nothing is given up in time', async () => {
      await router.fallSilent();
      await tasks.start({ ROUTER_ATTEMPTS_MAX: '2', ROUTER_REQUEST_TIMEOUT_MS: '200', ROUTER_CONNECT_TIMEOUT_MS: '200' });
      expect(await ended(await tasks.give('router.remove', about()))).toEqual(['error', 'router.timed_out']);
    });

    test('a router that reboots in between is waited for, and the removal goes on', async () => {
      await tasks.start({ ROUTER_ATTEMPTS_MAX: '1000' });
      const { reached, release } = holdChange(1);
      const id = await tasks.give('router.remove', about());
      await reached;
      const stopped = router.stop();
      release();
      await stopped;
      await tasks.agent.hub.until(() => codes(id).includes('router.retrying'), 'the router is tried again');
      await router.start();
      expect((await tasks.entries(id)).map(({ kind }) => kind)).toEqual(router.kinds);
      expect(await router.held()).toEqual(neighbours());
      expect(await router.letsIn()).toBe(false);
    });

    test('half done and then failed: the retry completes', async () => {
      await tasks.start({ ROUTER_ATTEMPTS_MAX: '1' });
      const { reached, release } = holdChange(1);
      const first = await tasks.give('router.remove', about());
      await reached;
      const stopped = router.stop();
      release();
      await stopped;
      expect((await ended(first))[0]).toBe('error');
      await router.start();
      expect(await ended(await tasks.give('router.remove', about()))).toEqual(['completed', 'router.removed']);
      expect(await router.held()).toEqual(neighbours());
    });

    test('as many connections as it bears are worked on at once, and the next begins when one has ended', async () => {
      await tasks.start({ ROUTER_TASKS_AT_ONCE: '2' });
      const { reached, release } = holdChange(0);
      const first = await tasks.give('router.remove', about());
      await reached;
      const second = await tasks.give('router.remove', {
        connection: { ...router.neighbour, id_conexion: 8, direccion_ip: '10.99.0.8', usuario_ppp: 'eight' },
      });
      expect(await ended(second)).toEqual(['completed', 'router.already_gone']);
      const again = await tasks.give('router.remove', about());
      const third = await tasks.give('router.remove', { connection: { ...router.neighbour, id_conexion: 9, direccion_ip: '10.99.0.9', usuario_ppp: 'nine' } });
      expect(await ended(third)).toEqual(['completed', 'router.already_gone']);
      expect(codes(again)).toEqual([]);
      release();
      expect(await ended(first)).toEqual(['completed', 'router.removed']);
      expect(await ended(again)).toEqual(['completed', 'router.already_gone']);
    });

    test('a stop in between takes nothing more', async () => {
      await tasks.start();
      const { reached, release } = holdChange(1);
      const id = await tasks.give('router.remove', about());
      await reached;
      tasks.agent.hub.give({ kind: 'task.stop', task_id: id });
      expect(await ended(id)).toEqual(['error', 'step.stopped']);
      release();
      expect((await router.held()).length).toBeGreaterThan(neighbours().length);
    });

    test('a stop of what has not begun lets end what has, also after a crash', async () => {
      const process = tasks.spawn({ ROUTER_TASKS_AT_ONCE: '1' });
      const { reached, release } = holdChange(1);
      const begun = await tasks.give('router.remove', about());
      await reached;
      const unbegun = await tasks.give('router.remove', {
        connection: { ...router.neighbour, id_conexion: 8, direccion_ip: '10.99.0.8', usuario_ppp: 'eight' },
      });
      for (const task_id of [begun, unbegun]) tasks.agent.hub.give({ kind: 'task.stop', task_id, unbegun_only: true });
      expect(await ended(unbegun)).toEqual(['error', 'step.stopped']);
      process.kill('SIGKILL');
      await process.exited;
      release();
      tasks.spawn({ ROUTER_TASKS_AT_ONCE: '1' });
      tasks.agent.hub.give({ kind: 'task.stop', task_id: begun, unbegun_only: true });
      expect((await ended(begun))[0]).toBe('completed');
      expect(await router.held()).toEqual(neighbours());
    });

    test('an agent killed in the middle finishes when it is back, and still knows everything it took', async () => {
      const first = tasks.spawn();
      const { reached, release } = holdChange(1);
      const id = await tasks.give('router.remove', about());
      await reached;
      first.kill('SIGKILL');
      await first.exited;
      release();
      tasks.spawn();
      expect((await tasks.entries(id)).map(({ kind }) => kind)).toEqual(router.kinds);
      expect(await router.held()).toEqual(neighbours());
      const entries = await tasks.entries(id);
      expect(await ended(await tasks.give('router.restore', { ...about(), entries }))).toEqual(['completed', 'router.restored']);
      expect(await router.held()).toEqual(before);
    });

    test('credentials are in no file and no line of the log', async () => {
      tasks.spawn();
      for (const kind of ['router.probe', 'router.inspect', 'router.suspend']) await tasks.agent.hub.end(await tasks.give(kind, about()));
      await tasks.agent.hub.end(await tasks.give('router.remove', about(), { credentials: { password: 'wrong-and-secret', private_key: undefined } }));
      await tasks.entries(await tasks.give('router.remove', about()));
      const written = await tasks.written();
      expect(written).toContain('router.remove');
      const secrets = [router.credentials.password, router.credentials.private_key, 'wrong-and-secret', 'the-customers-password'];
      for (const secret of secrets) if (secret !== undefined) expect(written.includes(secret)).toBe(false);
    });
  });
}

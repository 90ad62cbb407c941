// Whatever is reported and whenever the machine loses its power: no number ever stands for two events, and a watcher that comes back is brought up to date.
import { expect, test } from 'bun:test';
import { isStepEvent, type ProgressEvent } from '@relevo/protocol';
import fc from 'fast-check';
import { key, work } from './engine.fixture.ts';
import { EngineRefusal, OperationEngine } from './engine.ts';
import type { JournalBatch, Published } from './journal.ts';
import type { Operation } from './operation.ts';

/** More than a run can lose. */
const lost = 1_000;

type Command =
  | { type: 'report'; step: string; status: 'in_progress' | 'completed' | 'error'; progress: number }
  | { type: 'journal' }
  /** `keeps`: false when what had not waited for the disk is lost, true when only the process ended. */
  | { type: 'crash'; keeps: boolean };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('report' as const),
      step: fc.constantFrom('a', 'b'),
      status: fc.constantFrom('in_progress' as const, 'in_progress' as const, 'in_progress' as const, 'completed' as const, 'error' as const),
      progress: fc.nat(100),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ type: 'journal' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('crash' as const), keeps: fc.boolean() }) },
);

/** What stands in the journal after these batches. */
function journaled(batches: readonly JournalBatch[]): Operation {
  const operation = structuredClone(batches[0]?.operations[0] as Operation);
  for (const batch of batches) {
    for (const changed of batch.operations) Object.assign(operation, { ...structuredClone(changed), steps: operation.steps });
    for (const { step } of batch.steps) operation.steps.set(step.step, structuredClone(step));
    for (const { event } of batch.ticks) {
      const step = isStepEvent(event) && operation.steps.get(event.step);
      if (step && isStepEvent(event) && event.seq > (step.event?.seq ?? 0)) step.event = event;
    }
  }
  operation.seq = Math.max(operation.seq, ...[...operation.steps.values()].map(({ event }) => event?.seq ?? 0));
  for (const step of operation.steps.values()) step.floor = step.event?.status === 'in_progress' ? (step.event.progress ?? 0) : 0;
  return operation;
}

test('any interleaving of reports and crashes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      let batches: JournalBatch[] = [];
      const shown = new Map<number, ProgressEvent>();
      const watched: ProgressEvent[] = [];
      let connected = true;
      const see = (event: ProgressEvent) => {
        // One number, one event, whoever saw it.
        const plain = { ...event, snapshot: undefined, position: undefined } as unknown as ProgressEvent;
        expect(plain).toEqual(shown.get(event.seq) ?? plain);
        shown.set(event.seq, plain);
        if (connected) watched.push(event);
      };
      const start = () =>
        new OperationEngine({
          journal: { append: async (batch) => void batches.push(batch) },
          publish: (batch: readonly Published[]) => {
            for (const { event } of batch) see(event);
          },
          limits: { tickIntervalMs: 0 },
        });
      let engine = start();
      engine.register(key, { ...work, endsWithSteps: false });
      await engine.commit();
      for (const next of commands) {
        if (next.type === 'journal') await engine.commit();
        if (next.type === 'report') {
          try {
            engine.report(key, next.step, { status: next.status, message: '', progress: next.progress });
          } catch (error) {
            if (!(error instanceof EngineRefusal)) throw error;
          }
        }
        if (next.type === 'crash') {
          await engine.commit();
          const lasting = batches.findLastIndex((batch) => batch.lasting) + 1;
          if (!next.keeps) batches = batches.slice(0, lasting);
          connected = false;
          engine = start();
          engine.restore(journaled(batches), { lost });
          await engine.commit();
          connected = true;
          // The watcher comes back with the last number it has.
          const after = Math.max(...watched.map(({ seq }) => seq));
          for (const event of engine.catchUp(key, after) ?? []) see(event);
        }
      }
      await engine.commit();
      let last = 0;
      for (const { seq, snapshot } of watched) {
        expect(snapshot === true || seq === last + 1).toBe(true);
        last = Math.max(last, seq);
      }
      // What the watcher ends up with is what the operation is.
      const newest = new Map(watched.filter(isStepEvent).map(({ step, status, progress }) => [step, `${status} ${progress}`]));
      const steps = [...(engine.find(key)?.steps.values() ?? [])];
      expect(Object.fromEntries(newest)).toEqual(Object.fromEntries(steps.map(({ step, event }) => [step, `${event?.status} ${event?.progress}`])));
    }),
    { numRuns: 300 },
  );
});

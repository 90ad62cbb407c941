// What is told together is one commit: nothing urgent waits, and nothing else makes a commit of its own.
import { expect, test } from 'bun:test';
import type { OpenedDatabase } from '@relevo/runtime';
import { openAgentDatabase } from '../database/database.ts';
import type { AgentSchema } from '../database/schema.ts';
import { createOutbox, type Report } from './outbox.ts';
import { createReportWriter } from './report-writer.ts';

const said = (name: string): Report => ({ type: 'file_gone', name });

/** A writer whose commits are counted, and whose flushes take until they are let through. */
async function openWriter() {
  const database = await openAgentDatabase(':memory:');
  const commits: string[][] = [];
  const flushes: PromiseWithResolvers<void>[] = [];
  const counted: OpenedDatabase<AgentSchema> = {
    ...database,
    transactUnflushed(work) {
      commits.push([]);
      return database.transactUnflushed(work);
    },
    flushed() {
      const flush = Promise.withResolvers<void>();
      flushes.push(flush);
      return flush.promise;
    },
  };
  const outbox = createOutbox(database, 1_000);
  const add = outbox.add.bind(outbox);
  outbox.add = (reports, trx) => {
    commits.at(-1)?.push(...reports.map((report) => ('name' in report ? report.name : '')));
    return add(reports, trx);
  };
  const flush = async (nth: number) => {
    while (!flushes[nth]) await Bun.sleep(1);
    flushes[nth].resolve();
  };
  return { writer: createReportWriter(counted, outbox), commits, flush, database };
}

test('what nobody waits for joins what is written next, or is written by itself before long', async () => {
  const { writer, commits, flush, database } = await openWriter();
  const soon = [writer.writeSoon({ report: said('a') }), writer.writeSoon({ report: said('b') })];
  const now = writer.write({ report: said('c') });
  await flush(0);
  await Promise.all([...soon, now]);
  expect(commits).toEqual([['a', 'b', 'c']]);
  const alone = writer.writeSoon({ report: said('d') });
  await flush(1);
  await alone;
  expect(commits).toEqual([['a', 'b', 'c'], ['d']]);
  await database.db.destroy();
});

test('while one commit is on its way to the disk the next gathers; without anybody who waits it goes on gathering', async () => {
  const { writer, commits, flush, database } = await openWriter();
  const first = writer.write({ report: said('a') });
  const second = [writer.writeSoon({ report: said('b') }), writer.write({ report: said('c') })];
  const third = writer.writeSoon({ report: said('d') });
  await flush(0);
  await first;
  await flush(1);
  await Promise.all(second);
  expect(commits).toEqual([['a'], ['b', 'c', 'd']]);
  const fourth = writer.write({ report: said('e') });
  const fifth = writer.writeSoon({ report: said('f') });
  await flush(2);
  await Promise.all([third, fourth]);
  // Not yet: others may still join it.
  expect(commits.at(-1)).toEqual(['e']);
  const sixth = writer.write({ report: said('g') });
  await flush(3);
  await Promise.all([fifth, sixth]);
  expect(commits.slice(2)).toEqual([['e'], ['f', 'g']]);
  await database.db.destroy();
});

test('what cannot be written is told to each who waits, and the next is tried again', async () => {
  const { writer, flush, database } = await openWriter();
  const alongside = async () => {
    throw new Error('the disk is full');
  };
  expect(await writer.write({ report: said('a'), alongside }).catch(String)).toBe('Error: the disk is full');
  const next = writer.write({ report: said('b') });
  await flush(0);
  await next;
  await database.db.destroy();
});

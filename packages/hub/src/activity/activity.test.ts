// Figures over time: written by the minute, kept across a restart, read in equal buckets, forgotten when they are old.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { operationTopic } from '@relevo/progress/engine';
import { createLog } from '@relevo/runtime';
import { type HubDatabase, openHubDatabase } from '../database/database.ts';
import { Activity } from './activity.ts';
import { wholeHub } from './figures.ts';

const minute = 60_000;
const hour = 60 * minute;
const log = createLog({ level: 'silent', format: 'json', service: 'hub' });
let db: HubDatabase;
let now = 0;
let online = 0;
let open: Activity[] = [];

beforeEach(async () => {
  db = (await openHubDatabase(':memory:')).db;
  now = Date.parse('2026-01-05T10:00:00.000Z');
  online = 0;
  open = [];
});
afterEach(async () => {
  for (const activity of open) await activity.close();
  await db.destroy();
});

function start(): Activity {
  const activity = new Activity({
    db,
    log,
    settings: { ACTIVITY_MINUTES_HISTORY_MS: 2 * 24 * hour, ACTIVITY_HISTORY_MS: 90 * 24 * hour },
    agentsOnline: () => online,
    now: () => now,
  });
  open.push(activity);
  return activity;
}

function ended(userId: number, state: 'completed' | 'error' | 'stopped' | 'in_progress') {
  const event = { type: 'operation' as const, operation_id: 'a', state, seq: 1, timestamp: new Date(now).toISOString(), kind: '', title: '' };
  return { userId, operationId: 'a', topic: operationTopic({ userId, id: 'a' }), event, text: JSON.stringify(event) };
}

test('tells the running minute before it is written, and the same after', async () => {
  const activity = start();
  online = 3;
  activity.look();
  online = 1;
  activity.look();
  activity.transferred('in', 500);
  activity.transferred('out', 40);
  activity.shown([ended(7, 'completed'), ended(7, 'error'), ended(8, 'stopped'), ended(8, 'in_progress')]);
  const expected = { agents_online_min: 1, agents_online_max: 3, bytes_in: 500, bytes_out: 40, completed: 1, failed: 1, stopped: 1 };
  expect((await activity.of(wholeHub, 'hour')).at(-1)).toEqual({ at: '2026-01-05T10:00:00.000Z', ...expected });
  now += minute;
  activity.look();
  const buckets = await activity.of(wholeHub, 'hour');
  expect(buckets.at(-2)).toEqual({ at: '2026-01-05T10:00:00.000Z', ...expected });
  expect(buckets.at(-1)).toMatchObject({ at: '2026-01-05T10:01:00.000Z', bytes_in: 0 });
  expect((await activity.of(7, 'hour')).at(-2)).toMatchObject({ completed: 1, failed: 1, stopped: 0, agents_online_max: null });
  expect((await activity.of(9, 'hour')).every(({ completed }) => completed === 0)).toBe(true);
});

test('counts what happens right after a minute is over in the minute that has begun', async () => {
  const activity = start();
  now += minute;
  activity.shown([ended(7, 'completed')]);
  expect((await activity.of(7, 'hour')).slice(-2).map(({ completed }) => completed)).toEqual([0, 1]);
});

test('goes on in the same minute and hour after a restart', async () => {
  const first = start();
  online = 2;
  first.look();
  first.transferred('out', 100);
  await first.close();
  const second = start();
  online = 5;
  second.look();
  second.transferred('out', 11);
  now += minute;
  second.look();
  for (const period of ['hour', 'day', 'week', 'month'] as const) {
    const filled = (await second.of(wholeHub, period)).filter(({ bytes_out }) => bytes_out > 0);
    expect(filled).toEqual([expect.objectContaining({ bytes_out: 111, agents_online_min: 2, agents_online_max: 5 })]);
  }
});

test('shows each period in some hundred equal buckets up to now', async () => {
  const activity = start();
  for (const [period, buckets] of [
    ['hour', 61],
    ['day', 145],
    ['week', 169],
    ['month', 121],
  ] as const) {
    const found = await activity.of(wholeHub, period);
    expect([period, found.length]).toEqual([period, buckets]);
    const sizes = new Set(found.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(found[index]?.at ?? '')));
    expect(sizes.size).toBe(1);
  }
});

test('forgets minutes and hours that are older than their history', async () => {
  const activity = start();
  activity.transferred('in', 1);
  now += minute;
  activity.look();
  await activity.of(wholeHub, 'hour');
  now += 3 * 24 * hour;
  activity.look();
  await activity.of(wholeHub, 'hour');
  const kept = async (bucket: 'minute' | 'hour') =>
    (await db.selectFrom('activity').select('at').where('bucket', '=', bucket).where('bytes_in', '=', 1).execute()).length;
  expect([await kept('minute'), await kept('hour')]).toEqual([0, 1]);
  now += 90 * 24 * hour;
  activity.look();
  await activity.of(wholeHub, 'hour');
  expect(await kept('hour')).toBe(0);
});

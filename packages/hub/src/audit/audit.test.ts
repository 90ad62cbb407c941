import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHubDatabase } from '../database/database.ts';
import { startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { AuditLog } from './audit-log.ts';

let folder: string;
let hub: TestHub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevo-audit-'));
  hub = await startTestHub();
});
afterAll(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

const by = { userId: 7, email: 'ana@example.com', requestId: 'request-1', clientAddress: '192.0.2.1' };

test('an entry is there with the change it tells of, and not without it', async () => {
  const { db } = await openHubDatabase(join(folder, 'one'));
  const audit = new AuditLog(db, 60_000);
  const subject = { kind: 'agent', id: 'a1', title: 'Sede norte' };
  await db.transaction().execute((transaction) => audit.record(transaction, { by, action: 'agent.revoke', subject, before: { status: 'approved' } }));
  const failed = db.transaction().execute(async (transaction) => {
    await audit.record(transaction, { by, action: 'agent.revoke', subject });
    throw new Error('the change failed');
  });
  await expect(failed).rejects.toThrow('the change failed');
  const entries = await audit.list({ limit: 10 });
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({
    user_id: 7,
    user_email: 'ana@example.com',
    action: 'agent.revoke',
    subject_id: 'a1',
    before: { status: 'approved' },
    after: null,
  });
  await db.destroy();
});

test('each filter narrows the list, and pages follow each other without gap or repeat', async () => {
  const { db } = await openHubDatabase(join(folder, 'two'));
  const audit = new AuditLog(db, 60_000);
  for (let number = 1; number <= 5; number += 1) {
    const who = number % 2 ? by : { ...by, userId: 8 };
    await audit.record(db, { by: who, action: `test.${number % 3}`, subject: { kind: 'thing', id: number, title: 'thing' }, operationId: `op-${number}` });
  }
  const idsOf = async (filter: object) => (await audit.list({ limit: 10, ...filter })).map(({ subject_id }) => subject_id);
  expect(await idsOf({})).toEqual(['5', '4', '3', '2', '1']);
  expect(await idsOf({ userId: 8 })).toEqual(['4', '2']);
  expect(await idsOf({ action: 'test.2' })).toEqual(['5', '2']);
  expect(await idsOf({ subjectKind: 'thing', subjectId: '3' })).toEqual(['3']);
  expect(await idsOf({ operationId: 'op-4' })).toEqual(['4']);
  expect(await idsOf({ from: '2999-01-01T00:00:00.000Z' })).toEqual([]);
  expect(await idsOf({ to: '2000-01-01T00:00:00.000Z' })).toEqual([]);
  const [last] = await audit.list({ limit: 1 });
  expect(await idsOf({ before: last?.id })).toEqual(['4', '3', '2', '1']);
  await db.destroy();
});

test('what is older than the history goes', async () => {
  const { db } = await openHubDatabase(join(folder, 'three'));
  const subject = { kind: 'thing', id: 1, title: 'thing' };
  await new AuditLog(db, 60_000).record(db, { by, action: 'test.old', subject });
  await db
    .updateTable('audit_entry')
    .set({ at: new Date(Date.now() - 61_000).toISOString() })
    .execute();
  const audit = new AuditLog(db, 60_000);
  await audit.record(db, { by, action: 'test.new', subject });
  expect((await audit.list({ limit: 10 })).map(({ action }) => action)).toEqual(['test.new']);
  await db.destroy();
});

test('the log is for administrators, and refuses a cursor of another list', async () => {
  const person = await hub.person('reader@example.com');
  expect((await person.send('GET', '/api/audit')).status).toBe(403);
  expect((await hub.send('GET', '/api/audit')).status).toBe(401);
  expect((await hub.admin.send('GET', '/api/audit?cursor=WyJ4Il0')).status).toBe(400);
  expect((await hub.admin.send('GET', '/api/audit?limit=0')).status).toBe(400);
  const { status, body } = await hub.admin.send('GET', '/api/audit?limit=1');
  expect(status).toBe(200);
  expect(body).toHaveProperty('next_cursor');
});

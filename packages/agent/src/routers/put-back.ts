// The tasks that undo: entries that were removed come back, entries that were suspended are again what they were.
import { type RoutedConnection, type RouterEntry, routerReactivateSchema, routerRestoreSchema } from '@relevo/protocol';
import type { z } from 'zod';
import { type TaskContext, type TaskHandler, taskHandler } from '../tasks/task-handler.ts';
import { changing } from './lane.ts';
import { saidOf } from './named-entry.ts';
import { type RouterParts, type RouterSession, withRouter } from './router-session.ts';
import { openEntries } from './sealed-entries.ts';
import { namedBy } from './session-name.ts';
import { taskTitle } from './task-title.ts';

type Task = z.infer<typeof routerRestoreSchema> | z.infer<typeof routerReactivateSchema>;

export function restoreConnection(parts: RouterParts): TaskHandler {
  return puttingBack(parts, routerRestoreSchema, 'restore', { each: 'router.restoring', end: 'router.restored' });
}

export function reactivateConnection(parts: RouterParts): TaskHandler {
  return puttingBack(parts, routerReactivateSchema, 'reactivate', { each: 'router.reactivating', end: 'router.reactivated' });
}

type Says = { each: 'router.restoring'; end: 'router.restored' } | { each: 'router.reactivating'; end: 'router.reactivated' };

function puttingBack(parts: RouterParts, schema: z.ZodType<Task>, how: 'restore' | 'reactivate', says: Says): TaskHandler {
  return taskHandler<Task>({
    schema,
    ...changing(parts.settings),
    title: taskTitle,
    run: (task, context) =>
      withRouter(parts, task.router, context, async (session) => {
        const entries = await putBack(parts, session, task, context, how, says.each);
        return { text: { code: says.end }, measures: { progress: 100 }, result: { entries } };
      }),
  });
}

/** What lets the customer in comes last, as it went first. Resolves to what was not there. */
async function putBack(
  { identity }: RouterParts,
  session: RouterSession,
  task: { connection: RoutedConnection; entries: RouterEntry[] },
  { say, signal }: TaskContext,
  how: 'restore' | 'reactivate',
  each: Says['each'],
): Promise<RouterEntry[]> {
  const entries = (await openEntries(task.entries, identity)).reverse();
  const connection = namedBy(task.connection, entries);
  say({ code: 'router.connecting' }, { progress: 0 });
  say({ code: 'router.looking', values: { ip: connection.direccion_ip } }, { progress: 5 });
  // Somebody else may stand in its place by now: that is refused here, before anything is written.
  await session.ask((asked) => session.router.find(connection, asked));
  const changed: RouterEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    signal.throwIfAborted();
    say({ code: each, values: saidOf(entry) }, { progress: 10 + Math.floor((85 * (index + 1)) / entries.length) });
    const isChanged = await session.ask((asked) => session.router[how](entry, connection, asked));
    const original = task.entries[task.entries.length - 1 - index];
    if (isChanged && original) changed.push(original);
  }
  return changed;
}

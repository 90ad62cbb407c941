// The task that keeps a connection's entries but lets nothing through, and cuts the live session.
import { type RoutedConnection, routerSuspendSchema } from '@relevo/protocol';
import type { z } from 'zod';
import { type TaskContext, type TaskEnd, TaskFailure, type TaskHandler, taskHandler } from '../tasks/task-handler.ts';
import { earlierEntries, mergeEntries } from './earlier-entries.ts';
import { changing } from './lane.ts';
import { saidOf } from './named-entry.ts';
import { type RouterParts, type RouterSession, withRouter } from './router-session.ts';
import { sealEntries } from './sealed-entries.ts';
import { namedBy } from './session-name.ts';
import { taskTitle } from './task-title.ts';

type Task = z.infer<typeof routerSuspendSchema>;

export function suspendConnection(parts: RouterParts): TaskHandler {
  return taskHandler<Task>({
    schema: routerSuspendSchema,
    ...changing(parts.settings),
    title: taskTitle,
    run: (task, context) => withRouter(parts, task.router, context, (session) => suspendAll(parts, session, task.connection, context)),
  });
}

async function suspendAll(
  { settings, identity }: RouterParts,
  session: RouterSession,
  connection: RoutedConnection,
  { told, report, say, signal }: TaskContext,
): Promise<TaskEnd> {
  let entries = earlierEntries(told);
  say({ code: 'router.connecting' }, { progress: 0 });
  for (let pass = 0; ; pass += 1) {
    say({ code: 'router.looking', values: { ip: connection.direccion_ip } }, { progress: pass === 0 ? 5 : 95 });
    const all = await session.ask((asked) => session.router.find(namedBy(connection, entries), asked));
    // A session may have come back between the look and the cut; what lets it in is disabled by now.
    const found = pass === 0 ? all : all.filter(({ role, fleeting }) => role === 'session' && !fleeting);
    if (found.length === 0) break;
    const [returned] = found;
    if (returned && pass >= settings.ROUTER_PASSES_MAX) throw new TaskFailure({ code: 'router.returns', values: saidOf(returned) });
    if (pass === 0 && all.some(({ fleeting }) => !fleeting)) {
      entries = mergeEntries(entries, await sealEntries(all, identity));
      // Told before anything is touched: whatever happens from here on, it can be undone.
      await report({ code: 'router.found', values: { count: all.length } }, { progress: 10 }, { entries });
    }
    for (const [index, entry] of found.entries()) {
      signal.throwIfAborted();
      const progress = pass === 0 ? 10 + Math.floor((80 * (index + 1)) / found.length) : 95;
      const code = entry.role === 'session' ? 'router.cutting' : 'router.suspending';
      say({ code, values: saidOf(entry) }, { progress });
      await session.ask((asked) => session.router.suspend(entry, asked));
    }
  }
  return { text: { code: entries.length > 0 ? 'router.suspended' : 'router.already_gone' }, measures: { progress: 100 }, result: { entries } };
}

// The task that takes a connection off its router: what lets the customer in first, the live session next, and looked at again until nothing is left.
import { type RoutedConnection, routerRemoveSchema } from '@relevo/protocol';
import type { z } from 'zod';
import { type TaskContext, type TaskEnd, TaskFailure, type TaskHandler, taskHandler } from '../tasks/task-handler.ts';
import { earlierEntries, mergeEntries } from './earlier-entries.ts';
import { changing } from './lane.ts';
import { saidOf } from './named-entry.ts';
import { type RouterParts, type RouterSession, withRouter } from './router-session.ts';
import { sealEntries } from './sealed-entries.ts';
import { namedBy } from './session-name.ts';
import { taskTitle } from './task-title.ts';

type Task = z.infer<typeof routerRemoveSchema>;

export function removeConnection(parts: RouterParts): TaskHandler {
  return taskHandler<Task>({
    schema: routerRemoveSchema,
    ...changing(parts.settings),
    title: taskTitle,
    run: (task, context) => withRouter(parts, task.router, context, (session) => removeAll(parts, session, task.connection, context)),
  });
}

async function removeAll({ settings, identity }: RouterParts, session: RouterSession, connection: RoutedConnection, context: TaskContext): Promise<TaskEnd> {
  const { report, say } = context;
  let entries = earlierEntries(context.told);
  say({ code: 'router.connecting' }, { progress: 20 });
  for (let pass = 0; ; pass += 1) {
    say({ code: 'router.looking', values: { ip: connection.direccion_ip } }, { progress: pass === 0 ? 30 : 95 });
    const found = await session.ask((signal) => session.router.find(namedBy(connection, entries), signal));
    const lasting = found.filter(({ fleeting }) => !fleeting);
    if (pass > 0 && lasting.length === 0) break;
    const [returned] = lasting;
    if (returned && pass >= settings.ROUTER_PASSES_MAX) throw new TaskFailure({ code: 'router.returns', values: saidOf(returned) });
    if (lasting.length > 0) {
      entries = mergeEntries(entries, await sealEntries(found, identity));
      // Told before anything is touched: whatever happens from here on, it can be put back.
      await report({ code: 'router.found', values: { count: found.length } }, { progress: pass === 0 ? 40 : 95 }, { entries });
    }
    for (const [index, entry] of found.entries()) {
      context.signal.throwIfAborted();
      const progress = pass === 0 ? 60 + Math.floor((35 * index) / found.length) : 95;
      const code = entry.role === 'session' ? 'router.cutting' : 'router.removing';
      say({ code, values: saidOf(entry) }, { progress });
      await session.ask((signal) => session.router.remove(entry, signal)).catch(unlessFleeting(entry.fleeting));
    }
    if (lasting.length === 0) break;
  }
  return { text: { code: entries.length > 0 ? 'router.removed' : 'router.already_gone' }, measures: { progress: 100 }, result: { entries } };
}

/** What the router made by itself it may refuse to give up; it goes with what made it. */
function unlessFleeting(fleeting: boolean): (error: unknown) => boolean {
  return (error) => {
    if (fleeting && error instanceof TaskFailure && error.text.code === 'router.refused') return false;
    throw error;
  };
}

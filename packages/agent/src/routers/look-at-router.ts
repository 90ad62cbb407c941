// The tasks that only look at a router: who it is, what it holds of a connection, how it differs from the records.
import { routerCompareSchema, routerInspectSchema, routerProbeSchema } from '@relevo/protocol';
import type { z } from 'zod';
import { type TaskHandler, taskHandler } from '../tasks/task-handler.ts';
import { lookingLaneOf } from './lane.ts';
import { type RouterParts, withRouter } from './router-session.ts';
import { sealEntries } from './sealed-entries.ts';
import { taskTitle } from './task-title.ts';

/** Entries told of one comparison. */
const unexpectedMax = 1000;

/** Told at once, for somebody waits to see whether it answers. */
export function probeRouter(parts: RouterParts): TaskHandler {
  return taskHandler<z.infer<typeof routerProbeSchema>>({
    schema: routerProbeSchema,
    lane: lookingLaneOf,
    title: ({ router }) => router.nombre,
    run: (task, context) =>
      withRouter(
        parts,
        task.router,
        context,
        async ({ router, ask }) => {
          await context.report({ code: 'router.connecting' });
          const about = await ask((signal) => router.probe(signal));
          return { text: { code: 'router.reached' }, measures: { progress: 100 }, result: { ...about } };
        },
        1,
      ),
  });
}

export function inspectConnection(parts: RouterParts): TaskHandler {
  return taskHandler<z.infer<typeof routerInspectSchema>>({
    schema: routerInspectSchema,
    lane: lookingLaneOf,
    title: taskTitle,
    run: (task, context) =>
      withRouter(parts, task.router, context, async ({ router, ask }) => {
        await context.report({ code: 'router.looking', values: { ip: task.connection.direccion_ip } });
        const found = await ask((signal) => router.find(task.connection, signal));
        const entries = found.some(({ fleeting }) => !fleeting) ? await sealEntries(found, parts.identity) : [];
        return { text: { code: 'router.found', values: { count: entries.length } }, measures: { progress: 100 }, result: { entries } };
      }),
  });
}

export function compareRouter(parts: RouterParts): TaskHandler {
  return taskHandler<z.infer<typeof routerCompareSchema>>({
    schema: routerCompareSchema,
    lane: lookingLaneOf,
    title: ({ router }) => router.nombre,
    run: ({ router: target, expected }, context) =>
      withRouter(parts, target, context, async ({ router, ask }) => {
        await context.report({ code: 'router.comparing' });
        const customers = await ask((signal) => router.customers(signal));
        const missing = expected.filter((connection) => !customers.holds(connection)).map(({ id_conexion }) => id_conexion);
        const unexpected = customers.unexpected(expected, unexpectedMax);
        const count = missing.length + unexpected.length;
        return { text: { code: 'router.compared', values: { count } }, measures: { progress: 100 }, result: { missing, unexpected } };
      }),
  });
}

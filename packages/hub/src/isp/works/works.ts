// Every piece of work that can be done on a connection or a router, one row each: when it may begin, what it says, what is asked of the
// agent at the router, and what it changes in the records.
import type { StepText, StepTextCode } from '@relevo/protocol';
import { comparison, countDifferences, keepDifferences, keepFailure, mayCompare } from '../reconcile/comparison.ts';
import { keepEntries, parseEntries } from './kept.ts';
import { reactivate, removeConfig, removedFromRouter, removeService, restoreConfig, restoredOnRouter, restoreService, suspend } from './record-changes.ts';
import { isCompleted, keepResult } from './step-rows.ts';
import type { Work, WorkContext } from './work.ts';

const text = (code: StepTextCode) => (): StepText => ({ code });

/** A connection that is there and was not removed. */
function living({ row, connection }: WorkContext): StepText | undefined {
  const id = row.id_conexion ?? 0;
  if (!connection) return { code: 'isp.connection_unknown', values: { id } };
  return connection.estado === 'eliminada' ? { code: 'isp.removed_already', values: { id } } : undefined;
}

/** The order of the steps is the client's: where the same operation took the configuration first, it may still take the service. */
async function mayRemoveService(context: WorkContext): Promise<StepText | undefined> {
  const refused = living(context);
  return refused?.code === 'isp.removed_already' && (await isCompleted(context.db, context.row, 'remove-config')) ? undefined : refused;
}

function isOnRouter({ connection, removed }: WorkContext): boolean {
  if (!connection || connection.id_router === null) return false;
  return removed?.router_removed !== 1 || removed.id_router !== connection.id_router;
}

/** Taking the configuration of a connection that its router still lets through would leave a customer whom no record knows. */
function mayRemoveConfig(context: WorkContext): StepText | undefined {
  const { row, connection } = context;
  const refused = living(context);
  if (refused) return refused;
  const id = row.id_conexion ?? 0;
  const { id_usuario } = JSON.parse(row.request) as { id_usuario?: number };
  if (id_usuario !== undefined && id_usuario !== connection?.id_usuario) return { code: 'isp.customer_mismatch', values: { id } };
  return isOnRouter(context) ? { code: 'isp.router_first', values: { id } } : undefined;
}

function mayRestore({ row, connection, removed, undoMaxMs }: WorkContext): StepText | undefined {
  const id = row.id_conexion ?? 0;
  if (!connection) return { code: 'isp.connection_unknown', values: { id } };
  if (!removed) return { code: connection.estado === 'eliminada' ? 'isp.undo_expired' : 'isp.nothing_to_undo', values: { id } };
  return Date.parse(removed.at) < Date.now() - undoMaxMs ? { code: 'isp.undo_expired', values: { id } } : undefined;
}

/** The connection of a task, for work that `check` let begin. */
function routed({ connection }: WorkContext) {
  if (!connection) throw new Error('work on a router without a connection');
  const { id_conexion, direccion_ip, usuario_ppp, mac, cliente } = connection;
  return { id_conexion, direccion_ip, usuario_ppp, mac, cliente };
}

const keepRemoved: NonNullable<Work['told']> = (transaction, { id_conexion, id_router }, result) =>
  keepEntries(transaction, { connection: id_conexion ?? 0, router: id_router, reason: 'removal', result });

const suspension = {
  check: living,
  task: (context, router) => (context.connection?.estado === 'suspendida' ? undefined : { kind: 'router.suspend', router, connection: routed(context) }),
  done: ({ connection }) => ({ code: connection?.estado === 'suspendida' ? 'isp.already_suspended' : 'isp.suspended' }),
  answer: 'isp.suspended',
  told: (transaction, { id_conexion, id_router }, result) =>
    keepEntries(transaction, { connection: id_conexion ?? 0, router: id_router, reason: 'suspension', result }),
  last: [suspend],
} as const satisfies Work;

const reactivation = {
  check: living,
  task: (context, router) => {
    if (context.connection?.estado !== 'suspendida') return undefined;
    const { suspended } = context;
    const entries = suspended?.id_router === router.id_router ? parseEntries(suspended.entries) : [];
    return { kind: 'router.reactivate', router, connection: routed(context), entries };
  },
  done: ({ connection }) => ({ code: connection?.estado === 'suspendida' ? 'isp.reactivated' : 'isp.already_active' }),
  answer: 'isp.reactivated',
  last: [reactivate],
} as const satisfies Work;

const table = {
  'remove-service': {
    begins: [
      ['isp.service_removing', 10],
      ['isp.validating', 30],
      ['isp.updating', 80],
    ],
    check: mayRemoveService,
    done: ({ connection }) => ({ code: connection?.id_servicio === null ? 'isp.service_already_gone' : 'isp.service_removed' }),
    answer: 'isp.service_answer',
    last: [removeService],
  },
  'remove-router': {
    check: living,
    task: (context, router) => ({ kind: 'router.remove', router, connection: routed(context) }),
    done: text('isp.no_router'),
    answer: 'router.removed',
    told: keepRemoved,
    last: [removedFromRouter],
  },
  'remove-config': {
    begins: [
      ['isp.config_removing', 25],
      ['isp.config_cleaning', 70],
    ],
    check: mayRemoveConfig,
    done: text('isp.config_removed'),
    answer: 'isp.config_removed',
    last: [removeConfig],
  },
  // All three as one step, for a bulk removal.
  'remove-connection': {
    check: living,
    task: (context, router) => ({ kind: 'router.remove', router, connection: routed(context) }),
    done: text('isp.connection_removed'),
    doneByAgent: text('isp.connection_removed'),
    answer: 'isp.connection_removed',
    first: [removeService],
    told: keepRemoved,
    last: [removedFromRouter, removeConfig],
    inBulk: true,
  },
  'restore-config': {
    begins: [['isp.config_restoring', 25]],
    check: mayRestore,
    done: ({ removed }) => ({ code: removed?.config_removed ? 'isp.config_restored' : 'isp.nothing_to_restore' }),
    answer: 'isp.config_restored',
    last: [restoreConfig],
    contested: true,
  },
  'restore-router': {
    check: living,
    task: (context, router) => {
      const entries = context.removed?.id_router === router.id_router ? parseEntries(context.removed.entries) : [];
      return entries.length === 0 ? undefined : { kind: 'router.restore', router, connection: routed(context), entries };
    },
    done: text('isp.nothing_to_restore'),
    answer: 'router.restored',
    last: [restoredOnRouter],
  },
  'restore-service': {
    check: living,
    begins: [['isp.service_restoring', 25]],
    done: ({ removed }) => ({ code: removed?.service_removed ? 'isp.service_restored' : 'isp.nothing_to_restore' }),
    answer: 'isp.service_restored',
    last: [restoreService],
    contested: true,
  },
  'suspend-router': suspension,
  'suspend-connection': { ...suspension, inBulk: true },
  'reactivate-router': reactivation,
  'reactivate-connection': { ...reactivation, inBulk: true },
  inspect: {
    check: living,
    task: (context, router) => ({ kind: 'router.inspect', router, connection: routed(context) }),
    done: text('isp.no_router'),
    answer: 'router.looking',
    told: keepResult,
    onlyLooks: true,
    now: true,
  },
  probe: {
    check: ({ row, router }) => (router ? undefined : { code: 'isp.router_unknown', values: { id: row.id_router ?? 0 } }),
    task: (_context, router) => ({ kind: 'router.probe', router }),
    done: text('router.not_configured'),
    answer: 'router.reached',
    told: keepResult,
    onlyLooks: true,
    now: true,
  },
  compare: {
    check: mayCompare,
    task: comparison,
    done: text('router.not_configured'),
    answer: 'router.compared',
    doneByAgent: countDifferences,
    told: keepDifferences,
    failed: keepFailure,
    onlyLooks: true,
    now: true,
  },
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof table;

export const works: Readonly<Record<string, Work>> = table;

/** The works of which each router gets a few at once, whatever operation they are of. */
export const bulkWorks: readonly string[] = Object.keys(works).filter((name) => works[name]?.inBulk);

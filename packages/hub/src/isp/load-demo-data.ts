// Loads the demonstration data into the hub of the same settings, whether it runs or not: for `relevo isp demo-data`.
import { readSettings } from '@relevo/runtime';
import { sql } from 'kysely';
import { type HubDatabase, openHubDatabase } from '../database/database.ts';
import { hubSettings } from '../settings.ts';
import { addConnection } from './connections/connection-rows.ts';
import { credentialsKey } from './credentials/credentials-key.ts';
import { RouterCredentials } from './credentials/router-credentials.ts';
import { customerRow } from './customers/customers.ts';
import { demoConnections, demoCustomers, demoRouters, demoServices } from './demo-data.ts';
import { foldText } from './fold-text.ts';
import { routerRow } from './routers/routers.ts';
import { serviceRow } from './services/services.ts';

/** How many records of each kind were added; all are 0 when everything was there before. */
export interface DemoDataAdded {
  customers: number;
  services: number;
  routers: number;
  connections: number;
}

/** Adds what is missing, and changes nothing that is there. @throws SettingsError */
export async function loadDemoData(env: Record<string, string | undefined>): Promise<DemoDataAdded> {
  const settings = readSettings(hubSettings, env);
  const { db } = await openHubDatabase(settings.HUB_DATA_DIR);
  try {
    const credentials = new RouterCredentials(db, credentialsKey(settings.CREDENTIALS_KEY, settings.HUB_DATA_DIR));
    return await db.transaction().execute((transaction) => load(transaction, credentials));
  } finally {
    await db.destroy();
  }
}

async function load(db: HubDatabase, credentials: RouterCredentials): Promise<DemoDataAdded> {
  // A running hub writes too. Whoever only reads at first may find that it cannot write any more ("SQLITE_BUSY_SNAPSHOT"), so a write comes first.
  await sql`UPDATE hub_secret SET value = value WHERE 0`.execute(db);
  const now = new Date().toISOString();
  const added: DemoDataAdded = { customers: 0, services: 0, routers: 0, connections: 0 };

  const services = new Map<string, number>();
  for (const service of demoServices) {
    const known = await db.selectFrom('service').select('id_servicio').where('nombre_folded', '=', foldText(service.nombre)).executeTakeFirst();
    if (!known) added.services += 1;
    const { id_servicio } = known ?? (await db.insertInto('service').values(serviceRow(service, now)).returning('id_servicio').executeTakeFirstOrThrow());
    services.set(service.nombre, id_servicio);
  }

  const agentId = await onlyAgent(db);
  const routers = new Map<string, number>();
  for (const router of demoRouters) {
    const known = await db.selectFrom('router').select('id_router').where('nombre_folded', '=', foldText(router.nombre)).executeTakeFirst();
    if (!known) added.routers += 1;
    const row = routerRow({ ...router, agent_id: agentId }, now);
    const { id_router } = known ?? (await db.insertInto('router').values(row).returning('id_router').executeTakeFirstOrThrow());
    if (!known && router.credentials) await credentials.write(db, id_router, router.credentials);
    routers.set(router.nombre, id_router);
  }

  const customers: number[] = [];
  for (const customer of demoCustomers) {
    const known = await db.selectFrom('customer').select('id_usuario').where('documento', '=', customer.documento).executeTakeFirst();
    if (!known) added.customers += 1;
    const { id_usuario } = known ?? (await db.insertInto('customer').values(customerRow(customer, now)).returning('id_usuario').executeTakeFirstOrThrow());
    customers.push(id_usuario);
  }

  for (const { customer, router, servicio, ...members } of demoConnections) {
    const id_usuario = customers[customer];
    if (id_usuario === undefined) continue;
    const id_router = routers.get(router) ?? null;
    // Also one that was removed is there: whoever tries the removal out does not get it back by the next run.
    const taken = await db
      .selectFrom('connection')
      .select('id_conexion')
      .where((where) =>
        where.or([
          where('direccion_ip', '=', members.direccion_ip),
          where.and([where('id_router', '=', id_router), where('usuario_ppp', '=', members.usuario_ppp), where('estado', '<>', 'eliminada')]),
        ]),
      )
      .executeTakeFirst();
    if (taken) continue;
    const connection = { ...members, id_usuario, id_router, id_servicio: services.get(servicio) ?? null };
    await addConnection(db, connection, { que: 'importada', userId: null });
    added.connections += 1;
  }
  return added;
}

/** The agent that everything is behind, when there is no choice. */
async function onlyAgent(db: HubDatabase): Promise<string | null> {
  const approved = await db.selectFrom('agent').select('id').where('status', '=', 'approved').limit(2).execute();
  return approved.length === 1 ? (approved[0]?.id ?? null) : null;
}

// Which addresses and PPP users, of many at once, connections have already: each is one's only.
import { ipOrder } from '@relevo/protocol';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { Texts } from '../../http/issue-texts.ts';
import { livingConnection } from '../connections/connection-rows.ts';

export interface Wanted {
  direccion_ip: string;
  usuario_ppp?: string | null | undefined;
  id_router: number | null;
}

export interface Taken {
  addresses: ReadonlySet<string>;
  /** As of `pppKey`. */
  pppUsers: ReadonlySet<string>;
}

/** A PPP user is one's only on its router. */
export function pppKey({ id_router, usuario_ppp }: Pick<Wanted, 'id_router' | 'usuario_ppp'>): string | undefined {
  return id_router === null || usuario_ppp == null ? undefined : `${id_router} ${usuario_ppp}`;
}

/** That another connection has the member already. */
export function takenTexts({ direccion_ip, usuario_ppp }: Wanted, column: string): Texts {
  return column === 'direccion_ip'
    ? { en: `another connection has ${direccion_ip}`, es: `otra conexión tiene ${direccion_ip}` }
    : { en: `another connection of this router has ${usuario_ppp}`, es: `otra conexión de este router tiene ${usuario_ppp}` };
}

export async function findTaken(db: HubDatabase, wanted: readonly Wanted[]): Promise<Taken> {
  const addresses = await db
    .selectFrom('connection')
    .select('direccion_ip')
    .where(livingConnection)
    .where(sql<boolean>`ip_order IN (SELECT value FROM json_each(${JSON.stringify(wanted.map(({ direccion_ip }) => ipOrder(direccion_ip)))}))`)
    .execute();
  const users = wanted.flatMap(({ id_router, usuario_ppp }) => (id_router !== null && usuario_ppp != null ? [[id_router, usuario_ppp]] : []));
  const { rows } = await sql<{ id_router: number; usuario_ppp: string }>`
    SELECT connection.id_router, connection.usuario_ppp FROM json_each(${JSON.stringify(users)}) AS asked
    CROSS JOIN connection ON connection.id_router = asked.value ->> 0 AND connection.usuario_ppp = asked.value ->> 1
    WHERE ${livingConnection}`.execute(db);
  return { addresses: new Set(addresses.map(({ direccion_ip }) => direccion_ip)), pppUsers: new Set(rows.flatMap((row) => pppKey(row) ?? [])) };
}

// What the hub signs in to routers with: written by people, read only by the work that needs it.
import { type RouterCredentials as Credentials, routerCredentialsSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { HubDatabase } from '../../database/database.ts';
import { seal, unseal } from './seal.ts';

export class RouterCredentials {
  readonly #db: HubDatabase;
  readonly #key: Buffer;

  constructor(db: HubDatabase, key: Buffer) {
    this.#db = db;
    this.#key = key;
  }

  /** Keeps the credentials of a router, or takes them away, in the transaction that changes the router. */
  async write(transaction: HubDatabase, idRouter: number, credentials: Credentials | null): Promise<void> {
    if (credentials === null) {
      await transaction.deleteFrom('router_credentials').where('id_router', '=', idRouter).execute();
      return;
    }
    const row = { sealed: seal(this.#key, placeOf(idRouter), JSON.stringify(credentials)), updated_at: new Date().toISOString() };
    await transaction
      .insertInto('router_credentials')
      .values({ id_router: idRouter, ...row })
      .onConflict((conflict) => conflict.column('id_router').doUpdateSet(row))
      .execute();
  }

  /**
   * The credentials of a router, in the clear: never to be logged or answered. Undefined when it has none.
   * @throws ProblemError credentials_unreadable when they were encrypted with another key
   */
  async open(idRouter: number): Promise<Credentials | undefined> {
    const row = await this.#db.selectFrom('router_credentials').select('sealed').where('id_router', '=', idRouter).executeTakeFirst();
    if (!row) return undefined;
    const text = unseal(this.#key, placeOf(idRouter), row.sealed);
    if (text === undefined)
      throw new ProblemError('credentials_unreadable', `the credentials of router ${idRouter} were encrypted with another key; enter them again`);
    return routerCredentialsSchema.parse(JSON.parse(text));
  }

  /** How many routers have credentials that this key does not open: a database that came without its key. */
  async unreadable(): Promise<number> {
    const rows = await this.#db.selectFrom('router_credentials').select(['id_router', 'sealed']).execute();
    return rows.filter(({ id_router, sealed }) => unseal(this.#key, placeOf(id_router), sealed) === undefined).length;
  }
}

/** A sealed text that is moved to another router's row does not open there. */
function placeOf(idRouter: number): string {
  return `relevo router ${idRouter}`;
}

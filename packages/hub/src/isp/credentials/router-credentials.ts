// What the hub signs in to routers with: written by people, read only by the work that needs it.
import { type RouterCredentials as Credentials, routerCredentialsSchema, seal as sealTo } from '@relevo/protocol';
import { ProblemError, preparedQuery } from '@relevo/runtime';
import type { HubDatabase } from '../../database/database.ts';
import { seal, unseal } from './seal.ts';

/** Sealed texts that are kept in memory, one for each router. */
const sealedMax = 1_000;

interface SealedFor {
  /** The row it was made of, and the key it is for. */
  row: string;
  sealingKey: string;
  text: string;
}

export class RouterCredentials {
  readonly #db: HubDatabase;
  readonly #key: Buffer;
  readonly #sealed = new Map<number, SealedFor>();

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
  async open(idRouter: number, db = this.#db): Promise<Credentials | undefined> {
    const row = await this.#row(idRouter, db);
    return row === undefined ? undefined : this.#open(idRouter, row);
  }

  /**
   * The credentials of a router, sealed so that only the agent with this key can read them: the same text until one of them changes, by which the
   * agent knows what it has opened. Undefined when the router has none.
   * @throws ProblemError credentials_unreadable when they were encrypted with another key
   */
  async sealedFor(idRouter: number, sealingKey: string): Promise<string | undefined> {
    const row = await this.#row(idRouter);
    if (row === undefined) return undefined;
    const known = this.#sealed.get(idRouter);
    if (known?.row === row && known.sealingKey === sealingKey) return known.text;
    const text = await sealTo(JSON.stringify(this.#open(idRouter, row)), sealingKey);
    const [oldest] = this.#sealed.keys();
    if (this.#sealed.size >= sealedMax && oldest !== undefined) this.#sealed.delete(oldest);
    this.#sealed.set(idRouter, { row, sealingKey, text });
    return text;
  }

  async #row(idRouter: number, db = this.#db): Promise<string | undefined> {
    const [row] = await selectSealed(db, { idRouter });
    return row?.sealed;
  }

  #open(idRouter: number, row: string): Credentials {
    const text = unseal(this.#key, placeOf(idRouter), row);
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

const selectSealed = preparedQuery((db: HubDatabase, { idRouter }: { idRouter: number }) =>
  db.selectFrom('router_credentials').select('sealed').where('id_router', '=', idRouter).compile(),
);

/** A sealed text that is moved to another router's row does not open there. */
function placeOf(idRouter: number): string {
  return `relevo router ${idRouter}`;
}

// API keys: what programs sign in with. A key is shown once; the hub keeps its SHA-256.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ProblemError } from '@relevo/runtime';
import type { AccountsDatabase } from './accounts-schema.ts';
import type { Identity } from './auth.ts';
import { callerFrom, grantedTo } from './granted.ts';
import type { SessionEnds } from './session-ends.ts';

export interface ApiKey {
  id: string;
  name: string;
  /** The first characters of the key, to tell keys apart. */
  start: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

/** Tells secret scanners and people what this is. */
const prefix = 'relevo_';

/** `last_used_at` is written at most this often, milliseconds: it is for people, and a write per request would cost more than the request. */
const lastUsedPrecisionMs = 60_000;

export interface ApiKeysOptions {
  db: AccountsDatabase;
  ends: SessionEnds;
  /** API_KEYS_PER_USER_MAX */
  perUserMax: number;
}

export class ApiKeys {
  readonly #db: AccountsDatabase;
  readonly #ends: SessionEnds;
  readonly #perUserMax: number;

  constructor({ db, ends, perUserMax }: ApiKeysOptions) {
    this.#db = db;
    this.#ends = ends;
    this.#perUserMax = perUserMax;
  }

  async list(userId: number): Promise<ApiKey[]> {
    return this.#db.selectFrom('api_key').select(shown).where('user_id', '=', userId).orderBy('created_at').orderBy('id').execute();
  }

  /** @throws ProblemError `too_many_api_keys` */
  async create(userId: number, name: string, expiresInMs: number | undefined): Promise<ApiKey & { key: string }> {
    const key = `${prefix}${randomBytes(32).toString('base64url')}`;
    const now = Date.now();
    const row: ApiKey = {
      id: randomUUID(),
      name,
      start: key.slice(0, prefix.length + 4),
      created_at: new Date(now).toISOString(),
      expires_at: expiresInMs === undefined ? null : new Date(now + expiresInMs).toISOString(),
      last_used_at: null,
    };
    await this.#db.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('api_key')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      if (count >= this.#perUserMax) throw new ProblemError('too_many_api_keys', `A user may have ${this.#perUserMax} API keys; delete one first`);
      await trx
        .insertInto('api_key')
        .values({ ...row, user_id: userId, key_sha256: sha256(key) })
        .execute();
    });
    return { ...row, key };
  }

  /** @throws ProblemError `not_found`, also for another user's key */
  async delete(userId: number, id: string): Promise<void> {
    const { numDeletedRows } = await this.#db.deleteFrom('api_key').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst();
    if (numDeletedRows === 0n) throw new ProblemError('not_found', 'There is no such API key');
    this.#ends.publish({ userId, credential: credentialOf(id), reason: 'key_deleted' });
  }

  /** Whose key this is; `undefined` when it is nobody's, has expired, or its user is disabled. */
  async identify(key: string): Promise<Identity | undefined> {
    if (!key.startsWith(prefix)) return undefined;
    const row = await this.#db
      .selectFrom('api_key')
      .innerJoin('user', 'user.id', 'api_key.user_id')
      .select([
        'api_key.id as keyId',
        'api_key.expires_at',
        'api_key.last_used_at',
        'user.id',
        'user.email',
        'user.name',
        'user.role',
        'user.banned',
        grantedTo,
      ])
      .where('api_key.key_sha256', '=', sha256(key))
      .executeTakeFirst();
    const now = Date.now();
    if (!row || row.banned || (row.expires_at !== null && Date.parse(row.expires_at) <= now)) return undefined;
    if (row.last_used_at === null || Date.parse(row.last_used_at) <= now - lastUsedPrecisionMs) {
      await this.#db
        .updateTable('api_key')
        .set({ last_used_at: new Date(now).toISOString() })
        .where('id', '=', row.keyId)
        .execute();
    }
    return {
      caller: callerFrom(row),
      credential: credentialOf(row.keyId),
    };
  }
}

const shown = ['id', 'name', 'start', 'created_at', 'expires_at', 'last_used_at'] as const;

function credentialOf(id: string): string {
  return `key:${id}`;
}

function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

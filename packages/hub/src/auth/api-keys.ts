// API keys: what programs sign in with. A key is shown once; the hub keeps its SHA-256.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ApiKeyScope, apiKeyScopes } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { CompiledQuery, Selectable } from 'kysely';
import type { Actor, AuditLog } from '../audit/audit-log.ts';
import type { ApiKeyTable } from '../database/schema.ts';
import { type AccountsDatabase, hubTables } from './accounts-schema.ts';
import { callerColumns, callerFrom } from './granted.ts';
import type { Identity } from './identity.ts';
import type { SessionEnds } from './session-ends.ts';

export interface ApiKey {
  id: string;
  name: string;
  /** The first characters of the key, to tell keys apart. */
  start: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  /** What it is held to; null when it may all that its owner may. */
  scopes: ApiKeyScope[] | null;
}

export interface NewApiKey {
  name: string;
  expires_in_ms?: number | undefined;
  scopes?: readonly ApiKeyScope[] | undefined;
}

/** Tells secret scanners and people what this is. */
const prefix = 'relevo_';

/** `last_used_at` is written at most this often, milliseconds: it is for people, and a write per request would cost more than the request. */
const lastUsedPrecisionMs = 60_000;

export interface ApiKeysOptions {
  db: AccountsDatabase;
  ends: SessionEnds;
  audit: AuditLog;
  /** API_KEYS_PER_USER_MAX */
  perUserMax: number;
}

export class ApiKeys {
  readonly #db: AccountsDatabase;
  readonly #ends: SessionEnds;
  readonly #audit: AuditLog;
  readonly #perUserMax: number;
  /** Programs send a key with every request, so it is built once. */
  readonly #ownerOfKey: ReturnType<typeof ownerOfKey>;

  constructor({ db, ends, audit, perUserMax }: ApiKeysOptions) {
    this.#db = db;
    this.#ends = ends;
    this.#audit = audit;
    this.#perUserMax = perUserMax;
    this.#ownerOfKey = ownerOfKey(db);
  }

  async list(userId: number): Promise<ApiKey[]> {
    const rows = await this.#db.selectFrom('api_key').selectAll().where('user_id', '=', userId).orderBy('created_at').orderBy('id').execute();
    return rows.map(toApiKey);
  }

  /** @throws ProblemError `too_many_api_keys` */
  async create(by: Actor, { name, expires_in_ms, scopes }: NewApiKey): Promise<ApiKey & { key: string }> {
    const { userId } = by;
    const key = `${prefix}${randomBytes(32).toString('base64url')}`;
    const now = Date.now();
    const row: ApiKeyTable = {
      id: randomUUID(),
      user_id: userId,
      name,
      start: key.slice(0, prefix.length + 4),
      key_sha256: sha256(key),
      created_at: new Date(now).toISOString(),
      expires_at: expires_in_ms === undefined ? null : new Date(now + expires_in_ms).toISOString(),
      last_used_at: null,
      scopes: scopes === undefined ? null : JSON.stringify(apiKeyScopes.filter((scope) => scopes.includes(scope))),
    };
    await this.#db.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('api_key')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      if (count >= this.#perUserMax) throw new ProblemError('too_many_api_keys', `A user may have ${this.#perUserMax} API keys; delete one first`);
      await trx.insertInto('api_key').values(row).execute();
      await this.#audit.record(hubTables(trx), { by, action: 'api_key.create', subject: subjectOf(row), after: toApiKey(row) });
    });
    return { ...toApiKey(row), key };
  }

  /** @throws ProblemError `not_found`, also for another user's key */
  async delete(by: Actor, id: string): Promise<void> {
    const { userId } = by;
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx.deleteFrom('api_key').where('id', '=', id).where('user_id', '=', userId).returningAll().executeTakeFirst();
      if (!row) throw new ProblemError('not_found', 'There is no such API key');
      await this.#audit.record(hubTables(trx), { by, action: 'api_key.delete', subject: subjectOf(row), before: toApiKey(row) });
    });
    this.#ends.publish({ userId, credential: credentialOf(id), reason: 'key_deleted' });
  }

  /** Whose key this is; `undefined` when it is nobody's, has expired, or its user is disabled. */
  async identify(key: string): Promise<Identity | undefined> {
    if (!key.startsWith(prefix)) return undefined;
    const { rows } = await this.#db.executeQuery(withParameters(this.#ownerOfKey, [sha256(key)]));
    const [row] = rows;
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
      caller: { ...callerFrom(row), ...(row.scopes !== null && { scopes: scopesOf(row.scopes) }) },
      credential: credentialOf(row.keyId),
    };
  }
}

function withParameters<Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]): CompiledQuery<Row> {
  return { ...query, parameters };
}

/** The query for the key with a SHA-256, which is its one parameter. */
function ownerOfKey(db: AccountsDatabase) {
  return db
    .selectFrom('api_key')
    .innerJoin('user', 'user.id', 'api_key.user_id')
    .select(['api_key.id as keyId', 'api_key.expires_at', 'api_key.last_used_at', 'api_key.scopes', ...callerColumns])
    .where('api_key.key_sha256', '=', '')
    .compile();
}

function toApiKey({ id, name, start, created_at, expires_at, last_used_at, scopes }: Selectable<ApiKeyTable>): ApiKey {
  return { id, name, start, created_at, expires_at, last_used_at, scopes: scopes === null ? null : scopesOf(scopes) };
}

/** A scope that this version does not know is none. */
function scopesOf(json: string): ApiKeyScope[] {
  const kept = JSON.parse(json) as string[];
  return apiKeyScopes.filter((scope) => kept.includes(scope));
}

function subjectOf({ id, name, start }: { id: string; name: string; start: string }) {
  return { kind: 'api_key', id, title: `${name} (${start}…)` };
}

function credentialOf(id: string): string {
  return `key:${id}`;
}

function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

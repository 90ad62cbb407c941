// What an agent may enrol with: the hub's own API_KEY, or a limited token that an administrator made.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EnrolmentToken } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { Actor, AuditLog } from '../audit/audit-log.ts';
import type { HubDatabase } from '../database/database.ts';
import type { EnrolmentTokenTable } from '../database/schema.ts';

export interface TokenTraits {
  /** How many agents may enrol with it. */
  uses: number;
  expiresAt: string | undefined;
  labels: readonly string[];
  /** Spares the approval. */
  approved: boolean;
}

export interface Admission {
  status: 'pending' | 'approved';
  labels: readonly string[];
}

export class EnrolmentTokens {
  readonly #db: HubDatabase;
  readonly #apiKey: string;
  readonly #audit: AuditLog;

  constructor(db: HubDatabase, apiKey: string, audit: AuditLog) {
    this.#db = db;
    this.#apiKey = apiKey;
    this.#audit = audit;
  }

  /** Makes a token for an administrator; its text is told once and kept only as a hash. */
  async create(traits: TokenTraits, by: Actor): Promise<{ id: string; token: string }> {
    const token = `relevo_${randomBytes(24).toString('base64url')}`;
    const row = rowOf(traits, token, by.email);
    await this.#db.transaction().execute(async (trx) => {
      await trx.insertInto('enrolment_token').values(row).execute();
      await this.#audit.record(trx, { by, action: 'enrolment_token.create', subject: subjectOf(row), after: toToken(row) });
    });
    return { id: row.id, token };
  }

  /** Makes sure that `token`, which the hub was started with, is known. */
  async ensure(traits: TokenTraits, token: string): Promise<void> {
    await this.#db
      .insertInto('enrolment_token')
      .values(rowOf(traits, token, null))
      .onConflict((conflict) => conflict.column('token_sha256').doNothing())
      .execute();
  }

  /** Every token that was made and not revoked, the newest first: used up and expired ones too. */
  async list(): Promise<EnrolmentToken[]> {
    const rows = await this.#db.selectFrom('enrolment_token').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
    return rows.map(toToken);
  }

  /** Agents that enrolled with it stay. @throws ProblemError `not_found` */
  async revoke(id: string, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx.deleteFrom('enrolment_token').where('id', '=', id).returningAll().executeTakeFirst();
      if (!row) throw new ProblemError('not_found', 'There is no such enrolment token');
      await this.#audit.record(trx, { by, action: 'enrolment_token.revoke', subject: subjectOf(row), before: toToken(row) });
    });
  }

  /** Uses up one use of `secret`; undefined when it is no good. */
  async admit(secret: string): Promise<Admission | undefined> {
    if (timingSafeEqual(Buffer.from(hash(secret)), Buffer.from(hash(this.#apiKey)))) return { status: 'pending', labels: [] };
    const used = await this.#db
      .updateTable('enrolment_token')
      .set((set) => ({ uses_left: set('uses_left', '-', 1) }))
      .where('token_sha256', '=', hash(secret))
      .where('uses_left', '>', 0)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', new Date().toISOString())]))
      .returning(['approved', 'labels'])
      .executeTakeFirst();
    return used && { status: used.approved === 1 ? 'approved' : 'pending', labels: JSON.parse(used.labels) as string[] };
  }
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function rowOf({ uses, expiresAt, labels, approved }: TokenTraits, token: string, createdBy: string | null): EnrolmentTokenTable {
  return {
    id: randomBytes(9).toString('base64url'),
    token_sha256: hash(token),
    uses,
    uses_left: uses,
    expires_at: expiresAt ?? null,
    labels: JSON.stringify(labels),
    approved: Number(approved),
    created_by: createdBy,
    created_at: new Date().toISOString(),
  };
}

function toToken({ id, uses, uses_left, expires_at, labels, approved, created_by, created_at }: EnrolmentTokenTable): EnrolmentToken {
  return { id, uses, uses_left, expires_at, labels: JSON.parse(labels) as string[], approved: approved === 1, created_by, created_at };
}

function subjectOf({ id, labels }: EnrolmentTokenTable) {
  const names = JSON.parse(labels) as string[];
  return { kind: 'enrolment_token', id, title: names.length > 0 ? names.join(', ') : id };
}

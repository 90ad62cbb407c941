// What an agent may enrol with: the hub's own API_KEY, or a limited token that an administrator made.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { HubDatabase } from '../database/database.ts';

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

  constructor(db: HubDatabase, apiKey: string) {
    this.#db = db;
    this.#apiKey = apiKey;
  }

  /** Makes a token; its text is told once and kept only as a hash. */
  async create(traits: TokenTraits, token = `relevo_${randomBytes(24).toString('base64url')}`): Promise<{ id: string; token: string }> {
    const id = randomBytes(9).toString('base64url');
    await this.#db
      .insertInto('enrolment_token')
      .values({
        id,
        token_sha256: hash(token),
        uses_left: traits.uses,
        expires_at: traits.expiresAt ?? null,
        labels: JSON.stringify(traits.labels),
        approved: Number(traits.approved),
        created_at: new Date().toISOString(),
      })
      .onConflict((conflict) => conflict.column('token_sha256').doNothing())
      .execute();
    return { id, token };
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

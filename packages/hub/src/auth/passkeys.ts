// Passkeys (W3C WebAuthn): key pairs of people's devices, checked by SimpleWebAuthn. The hub keeps the public halves.
import type { Passkey } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Selectable } from 'kysely';
import type { PasskeyTable } from '../database/schema.ts';
import type { AccountsDatabase } from './accounts-schema.ts';
import type { PasskeyChallenges } from './passkey-challenges.ts';

/** The page's own address: a passkey is bound to its host. */
export interface RelyingParty {
  /** Host name. */
  id: string;
  origin: string;
}

interface Owner {
  userId: number;
  email: string;
  name: string;
}

export interface PasskeysOptions {
  db: AccountsDatabase;
  challenges: PasskeyChallenges;
  /** PASSKEYS_PER_USER_MAX */
  perUserMax: number;
}

export class Passkeys {
  readonly #db: AccountsDatabase;
  readonly #challenges: PasskeyChallenges;
  readonly #perUserMax: number;

  constructor({ db, challenges, perUserMax }: PasskeysOptions) {
    this.#db = db;
    this.#challenges = challenges;
    this.#perUserMax = perUserMax;
  }

  async list(userId: number): Promise<Passkey[]> {
    const rows = await this.#db.selectFrom('passkey').selectAll().where('user_id', '=', userId).orderBy('created_at').orderBy('id').execute();
    return rows.map(toPasskey);
  }

  /** What `navigator.credentials.create` is asked with. @throws ProblemError `too_many_passkeys` */
  async registrationOptions(party: RelyingParty, { userId, email, name }: Owner) {
    const known = await this.#db.selectFrom('passkey').select(['id', 'transports']).where('user_id', '=', userId).execute();
    if (known.length >= this.#perUserMax) throw new ProblemError('too_many_passkeys', `A user may have ${this.#perUserMax} passkeys; remove one first`);
    const options = await generateRegistrationOptions({
      rpName: 'Relevo',
      rpID: party.id,
      userName: email,
      userDisplayName: name,
      userID: userHandleOf(userId),
      excludeCredentials: known.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as string[] })),
      // The device holds it and checks who uses it, so that it stands for both factors.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    this.#challenges.issue(options.challenge, userId);
    return options;
  }

  /** Keeps a new passkey. @throws ProblemError `passkey_refused`, `passkey_exists` */
  async register(
    party: RelyingParty,
    userId: number,
    name: string,
    response: RegistrationResponseJSON,
    inTransaction: (trx: AccountsDatabase, passkey: Passkey) => Promise<void>,
  ): Promise<Passkey> {
    const verified = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => this.#challenges.take(challenge, userId),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    }).catch(refused);
    if (!verified.verified) throw refusal();
    const { credential, credentialBackedUp } = verified.registrationInfo;
    const row: PasskeyTable = {
      id: credential.id,
      user_id: userId,
      name,
      public_key: credential.publicKey,
      counter: credential.counter,
      transports: JSON.stringify(credential.transports ?? []),
      backed_up: Number(credentialBackedUp),
      created_at: new Date().toISOString(),
      last_used_at: null,
    };
    return this.#db.transaction().execute(async (trx) => {
      const added = await trx
        .insertInto('passkey')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (added.numInsertedOrUpdatedRows !== 1n) throw new ProblemError('passkey_exists', 'This passkey belongs to an account already');
      await inTransaction(trx, toPasskey(row));
      return toPasskey(row);
    });
  }

  /** What `navigator.credentials.get` is asked with; which account it is, the passkey tells. */
  async authenticationOptions(party: RelyingParty) {
    const options = await generateAuthenticationOptions({ rpID: party.id, userVerification: 'required' });
    this.#challenges.issue(options.challenge, undefined);
    return options;
  }

  /** Whose passkey signed the challenge. @throws ProblemError `passkey_refused` */
  async authenticate(party: RelyingParty, response: AuthenticationResponseJSON): Promise<number> {
    const row = await this.#db.selectFrom('passkey').selectAll().where('id', '=', response.id).executeTakeFirst();
    if (!row) throw refusal();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => this.#challenges.take(challenge, undefined),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: { id: row.id, publicKey: new Uint8Array(row.public_key), counter: row.counter, transports: JSON.parse(row.transports) },
    }).catch(refused);
    const handle = Buffer.from(userHandleOf(row.user_id)).toString('base64url');
    if (!verified || (response.response.userHandle !== undefined && response.response.userHandle !== handle)) throw refusal();
    // Only forward: of two uses at once of a copied authenticator, the second is refused.
    const { numUpdatedRows } = await this.#db
      .updateTable('passkey')
      .set({ counter: authenticationInfo.newCounter, backed_up: Number(authenticationInfo.credentialBackedUp), last_used_at: new Date().toISOString() })
      .where('id', '=', row.id)
      .where('counter', '=', row.counter)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw refusal();
    return row.user_id;
  }

  /** @throws ProblemError `not_found`, also for another user's */
  async rename(userId: number, id: string, name: string): Promise<Passkey> {
    const row = await this.#db.updateTable('passkey').set({ name }).where('id', '=', id).where('user_id', '=', userId).returningAll().executeTakeFirst();
    if (!row) throw new ProblemError('not_found', 'There is no such passkey');
    return toPasskey(row);
  }

  /** @throws ProblemError `not_found`, also for another user's */
  async delete(userId: number, id: string, inTransaction: (trx: AccountsDatabase, passkey: Passkey) => Promise<void>): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx.deleteFrom('passkey').where('id', '=', id).where('user_id', '=', userId).returningAll().executeTakeFirst();
      if (!row) throw new ProblemError('not_found', 'There is no such passkey');
      await inTransaction(trx, toPasskey(row));
    });
  }
}

/** "The user handle … MUST NOT include personally identifying information" (WebAuthn §14.6.1): a number is none. */
function userHandleOf(userId: number) {
  return new TextEncoder().encode(`relevo-user-${userId}`);
}

function refusal(): ProblemError {
  return new ProblemError('passkey_refused', 'The passkey is not known here, or what it signed is not what was asked');
}

/** The library's errors say what was wrong with the response; the client learns only that it was. */
function refused(): never {
  throw refusal();
}

function toPasskey(row: Selectable<PasskeyTable>): Passkey {
  return { id: row.id, name: row.name, backed_up: row.backed_up === 1, created_at: row.created_at, last_used_at: row.last_used_at };
}

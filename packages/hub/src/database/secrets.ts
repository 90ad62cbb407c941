// Secrets that the hub makes for itself at first start and keeps.
import { randomBytes } from 'node:crypto';
import type { HubDatabase } from './database.ts';

/** `given` when the environment has it; else the kept one; else a new one of 256 random bits, base64url, kept from now on. */
export async function keptSecret(db: HubDatabase, name: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  await db
    .insertInto('hub_secret')
    .values({ name, value: randomBytes(32).toString('base64url') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await db.selectFrom('hub_secret').select('value').where('name', '=', name).executeTakeFirstOrThrow()).value;
}

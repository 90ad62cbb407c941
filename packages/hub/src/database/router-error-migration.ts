// Why a router was not reached was kept as a sentence in one language; now it is the sentence's code with its values. What cannot be read is forgotten.
import { type Kysely, sql } from 'kysely';

export async function routerErrors(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`UPDATE router SET error = NULL, estado = 'sin_probar', comprobado_at = NULL WHERE error IS NOT NULL AND NOT json_valid(error)`).execute(db);
  await sql.raw(`UPDATE router_comparison SET error = NULL WHERE error IS NOT NULL AND NOT json_valid(error)`).execute(db);
}

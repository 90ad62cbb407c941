// Who the agent is: the keys made at first start (Ed25519 to prove itself, X25519 to read what is sealed to it) and the id that the hub gave to it.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createSealingKey, proofOfPossession, type SealingKey, unseal } from '@relevo/protocol';
import type { AgentDatabase } from '../database/database.ts';
import { readFact, writeFact } from '../database/facts.ts';

export interface Identity {
  /** The public key, 32 raw bytes, base64url without padding. */
  publicKey: string;
  /** The public key that what only this agent may read is sealed to. */
  sealingKey: string;
  /** Opens what was sealed to `sealingKey`. @throws when it was sealed to another key or altered */
  unseal(box: string): Promise<string>;
  /** The id on the hub; undefined until enrolled. */
  agentId: string | undefined;
  /** Signature over a challenge's nonce, base64url without padding. */
  prove(nonce: string): string;
  /** Keeps the id that the hub gave. */
  keepAgentId(agentId: string): Promise<void>;
}

/** Reads the key from the database, or makes and keeps one. */
export async function openIdentity(db: AgentDatabase): Promise<Identity> {
  const privateKey = await keptKey(db);
  const sealing = await keptSealingKey(db);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  if (typeof jwk.x !== 'string') throw new Error('an Ed25519 key exports its x coordinate');
  let agentId = await readFact(db, 'agent_id');
  return {
    publicKey: jwk.x,
    sealingKey: sealing.publicKey,
    unseal: (box) => unseal(box, sealing),
    get agentId() {
      return agentId;
    },
    prove: (nonce) => sign(null, Buffer.from(proofOfPossession(nonce)), privateKey).toString('base64url'),
    async keepAgentId(id) {
      await writeFact(db, 'agent_id', id);
      agentId = id;
    },
  };
}

async function keptKey(db: AgentDatabase): Promise<KeyObject> {
  const kept = await readFact(db, 'private_key');
  if (kept !== undefined) return createPrivateKey({ key: Buffer.from(kept, 'base64'), format: 'der', type: 'pkcs8' });
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFact(db, 'private_key', privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'));
  return privateKey;
}

async function keptSealingKey(db: AgentDatabase): Promise<SealingKey> {
  const kept = await readFact(db, 'sealing_key');
  if (kept !== undefined) return JSON.parse(kept) as SealingKey;
  const made = await createSealingKey();
  await writeFact(db, 'sealing_key', JSON.stringify(made));
  return made;
}

// Challenges and short-lived access tokens: an agent proves possession of its Ed25519 key and gets a JWT for its socket and its requests.
import { createPublicKey, verify } from 'node:crypto';
import { proofOfPossession } from '@relevo/protocol';
import { jwtVerify, SignJWT } from 'jose';

const issuer = 'relevo-hub';
const algorithm = 'HS256';
/** How long an agent may take to answer a challenge, milliseconds. */
const challengeMaxAgeMs = 60_000;

type Audience = 'agent-challenge' | 'agent-access';

export class AccessTokens {
  readonly #key: Uint8Array;
  readonly #maxAgeMs: number;

  constructor(secret: string, maxAgeMs: number) {
    this.#key = new TextEncoder().encode(secret);
    this.#maxAgeMs = maxAgeMs;
  }

  get maxAgeMs(): number {
    return this.#maxAgeMs;
  }

  /** A nonce for this agent. It carries its own expiry, so that a storm of returning agents costs the hub no memory. */
  challenge(agentId: string): Promise<string> {
    return this.#sign(agentId, 'agent-challenge', challengeMaxAgeMs);
  }

  /** True when `signature` proves that the agent has the key, over a nonce that the hub gave to this agent. */
  async proves(agentId: string, publicKey: string, nonce: string, signature: string): Promise<boolean> {
    if ((await this.#verify(nonce, 'agent-challenge')) !== agentId) return false;
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(proofOfPossession(nonce)), key, Buffer.from(signature, 'base64url'));
  }

  issue(agentId: string): Promise<string> {
    return this.#sign(agentId, 'agent-access', this.#maxAgeMs);
  }

  /** The agent an access token is for; undefined when it is expired, altered or none. */
  agentOf(token: string): Promise<string | undefined> {
    return this.#verify(token, 'agent-access');
  }

  #sign(subject: string, audience: Audience, maxAgeMs: number): Promise<string> {
    const now = Date.now();
    return new SignJWT()
      .setProtectedHeader({ alg: algorithm })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(new Date(now))
      .setExpirationTime(new Date(now + Math.max(1000, maxAgeMs)))
      .setJti(crypto.randomUUID())
      .sign(this.#key);
  }

  async #verify(token: string, audience: Audience): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { issuer, audience, algorithms: [algorithm] });
      return payload.sub;
    } catch {
      return undefined;
    }
  }
}

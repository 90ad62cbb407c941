// How an agent becomes known to a hub and proves itself: plain HTTPS requests, before the socket.
//
//   POST /api/agent/enroll     Authorization: Bearer <API_KEY or token>   → {agent_id, status}
//   POST /api/agent/challenge  {agent_id}                                  → {nonce}
//   POST /api/agent/token      {agent_id, nonce, signature}                → {expires_in_ms}, cookie access_token
//
// `signature` is Ed25519 over the UTF-8 bytes of `proofOfPossession(nonce)`, base64url without padding.
import { z } from 'zod';

export const accessTokenCookie = 'access_token';

export const enrolmentSchema = z.object({
  /** The agent's Ed25519 public key, 32 raw bytes, base64url without padding. */
  public_key: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url'),
  name: z.string().min(1).max(128),
  version: z.string().max(64),
  platform: z.string().max(128),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

export const enrolmentResultSchema = z.object({ agent_id: z.string(), status: z.enum(['approved', 'pending']) });
export const challengeSchema = z.object({ agent_id: z.string().min(1).max(64) });
export const challengeResultSchema = z.object({ nonce: z.string() });
export const tokenRequestSchema = z.object({ agent_id: z.string().min(1).max(64), nonce: z.string().max(1024), signature: z.string().max(256) });
export const tokenResultSchema = z.object({ expires_in_ms: z.number().int().positive() });

/** The text an agent signs; the prefix keeps the signature useless anywhere else. */
export function proofOfPossession(nonce: string): string {
  return `relevo agent token v1\n${nonce}`;
}

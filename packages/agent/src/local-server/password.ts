// The password of the page when it is offered to the network: HTTP Basic (RFC 7617), which every browser and program speaks.
import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '@relevo/runtime';

export const userName = 'relevo';

/** Wrong passwords from one address after which it has to wait, and for how long. */
const failuresMax = 10;
const failuresWindowMs = 60_000;
/** Addresses remembered at most. */
const addressesMax = 1000;

export interface Password {
  /** @throws ProblemError `unauthenticated` with a challenge, `too_many_requests` after too many wrong ones */
  check(request: Request, address: string): void;
}

/** Without a password everybody who reaches the page may use it: it is bound to loopback then. */
export function createPassword(password: string | undefined): Password {
  if (password === undefined) return { check: () => {} };
  const expected = digest(`${userName}:${password}`);
  const failures = new Map<string, { count: number; until: number }>();

  return {
    check(request, address) {
      const now = Date.now();
      const before = failures.get(address);
      if (before && before.until <= now) failures.delete(address);
      if (before && before.until > now && before.count >= failuresMax) {
        const seconds = Math.ceil((before.until - now) / 1000);
        throw new ProblemError('too_many_requests', 'Too many wrong passwords', { headers: { 'retry-after': String(seconds) } });
      }
      const given = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      if (given !== undefined && timingSafeEqual(digest(Buffer.from(given, 'base64').toString('utf8')), expected)) return;
      if (given !== undefined) {
        if (failures.size >= addressesMax) failures.clear();
        failures.set(address, { count: (failures.get(address)?.count ?? 0) + 1, until: now + failuresWindowMs });
      }
      throw new ProblemError('unauthenticated', `The page of this agent asks for its password; the user name is ${userName}`, {
        headers: { 'www-authenticate': 'Basic realm="Relevo agent", charset="UTF-8"' },
      });
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

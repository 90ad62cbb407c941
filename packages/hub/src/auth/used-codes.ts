// Remembers which codes of an authenticator app were accepted.
// "The verifier MUST NOT accept the second attempt of the OTP after the successful validation has been issued for the first OTP" (RFC 6238 §5.2).

/** A code is good for its own step of 30 s and those beside it; after this no clock takes it again, milliseconds. */
const codeLifeMs = 120_000;

export class UsedCodes {
  /** When each may be forgotten, in the order of that. */
  readonly #forgetAt = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Keeps a code from being accepted again; false when it was kept already. */
  claim(userId: number, code: string): boolean {
    const now = this.#now();
    if ((this.#forgetAt.get(`${userId} ${code}`) ?? 0) > now) return false;
    for (const [key, at] of this.#forgetAt) {
      if (at > now) break;
      this.#forgetAt.delete(key);
    }
    this.#forgetAt.set(`${userId} ${code}`, now + codeLifeMs);
    return true;
  }

  /** The code was not accepted after all. */
  release(userId: number, code: string): void {
    this.#forgetAt.delete(`${userId} ${code}`);
  }
}

// The challenges that passkeys are asked to sign: each is good once, for a few minutes, and for whom it was made.

/** How long a person may take to answer their device, milliseconds. */
const challengeLifeMs = 5 * 60_000;

interface Challenge {
  /** Who registers a passkey; undefined for a sign-in. */
  userId: number | undefined;
  expiresAt: number;
}

export class PasskeyChallenges {
  readonly #open = new Map<string, Challenge>();
  readonly #max: number;
  readonly #now: () => number;

  /** `max`: PASSKEY_CHALLENGES_MAX; beyond it the oldest is forgotten. */
  constructor(max: number, now: () => number = Date.now) {
    this.#max = max;
    this.#now = now;
  }

  issue(challenge: string, userId: number | undefined): void {
    const now = this.#now();
    this.#open.set(challenge, { userId, expiresAt: now + challengeLifeMs });
    for (const [oldest, { expiresAt }] of this.#open) {
      if (expiresAt > now && this.#open.size <= this.#max) break;
      this.#open.delete(oldest);
    }
  }

  /** Uses up a challenge; false when it is not open for this user. */
  take(challenge: string, userId: number | undefined): boolean {
    const known = this.#open.get(challenge);
    this.#open.delete(challenge);
    return known !== undefined && known.userId === userId && known.expiresAt > this.#now();
  }
}

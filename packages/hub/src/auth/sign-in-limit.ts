// Slows down guessing: a bounded number of failed sign-ins per account and address, and per address.
import { ProblemError } from '@relevo/runtime';

export interface SignInLimitOptions {
  /** Failures of one account from one address within the window; ten times as many from one address for all accounts. */
  failuresMax: number;
  windowMs: number;
  /** Counters held at once; the oldest goes first. */
  countersMax: number;
  /** Milliseconds; a test passes its own. */
  now?: () => number;
}

interface Counter {
  failures: number;
  endsAt: number;
}

const failuresPerAddressFactor = 10;

export class SignInLimit {
  readonly #counters = new Map<string, Counter>();
  readonly #options: Required<SignInLimitOptions>;

  constructor(options: SignInLimitOptions) {
    this.#options = { now: Date.now, ...options };
  }

  /**
   * Counts an attempt as failed before its password is looked at, so that attempts at the same moment cannot pass the limit together.
   * `onBlocked` is told once per window, when the account is refused for the first time.
   * @throws ProblemError `too_many_requests` with `Retry-After`
   */
  begin(account: string, address: string, onBlocked: () => void = () => {}): void {
    const { failuresMax } = this.#options;
    const perAccount = this.#counter(accountKey(account, address));
    const perAddress = this.#counter(addressKey(address));
    const over = [perAccount.failures >= failuresMax && perAccount, perAddress.failures >= failuresMax * failuresPerAddressFactor && perAddress].filter(
      (counter) => counter !== false,
    );
    if (over.length > 0) {
      if (perAccount.failures === failuresMax) {
        perAccount.failures += 1;
        onBlocked();
      }
      const waitMs = Math.max(...over.map((counter) => counter.endsAt)) - this.#options.now();
      const seconds = Math.max(1, Math.ceil(waitMs / 1000));
      throw new ProblemError('too_many_requests', `Too many failed sign-ins; try again in ${seconds} s`, { headers: { 'retry-after': String(seconds) } });
    }
    perAccount.failures += 1;
    perAddress.failures += 1;
  }

  /** Forgives what `begin` counted: the account starts anew, the address gets this one attempt back. */
  succeeded(account: string, address: string): void {
    this.#counters.delete(accountKey(account, address));
    const perAddress = this.#counters.get(addressKey(address));
    if (perAddress) perAddress.failures = Math.max(0, perAddress.failures - 1);
  }

  #counter(key: string): Counter {
    const now = this.#options.now();
    const known = this.#counters.get(key);
    if (known && known.endsAt > now) return known;
    // Deleted first, so that the map stays in the order of the windows' ends and the oldest is the first.
    this.#counters.delete(key);
    const counter = { failures: 0, endsAt: now + this.#options.windowMs };
    this.#counters.set(key, counter);
    this.#forgetOldest(now);
    return counter;
  }

  #forgetOldest(now: number): void {
    for (const [key, counter] of this.#counters) {
      if (counter.endsAt > now && this.#counters.size <= this.#options.countersMax) return;
      this.#counters.delete(key);
    }
  }
}

function accountKey(account: string, address: string): string {
  return `${addressKey(address)} ${account.toLowerCase()}`;
}

/** An IPv6 site has 2^64 addresses to try from, so its /64 counts as one; an IPv4 address written as IPv6 is that address. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const tailGroups = tail === undefined || tail === '' ? [] : tail.split(':');
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - tailGroups.length)).fill('0'), ...tailGroups];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

// How much one user and one address may ask of the hub, and how often an address may enrol with a wrong key.
import { ProblemError } from '@relevo/runtime';
import { addressKey } from '../auth/sign-in-limit.ts';
import type { HubSettings } from '../settings.ts';
import { TokenBuckets } from './token-buckets.ts';

/** A rate holds on average over this time, seconds: so much may come at once. */
const averagedOverSeconds = 10;

/** Requests that count for nobody: probes of a load balancer, and bytes, of which an agent asks for many ranges at once. */
const unlimited: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/api/files/{id}/content', '/api/agent/files/{id}/content']);

type LimitSettings = Pick<
  HubSettings,
  'USER_REQUESTS_PER_SECOND_MAX' | 'ADDRESS_REQUESTS_PER_SECOND_MAX' | 'ENROLMENT_FAILURES_MAX' | 'ENROLMENT_WINDOW_MS' | 'REQUEST_COUNTERS_MAX'
>;

export class RequestLimits {
  readonly #users: TokenBuckets;
  readonly #addresses: TokenBuckets;
  readonly #enrolments: TokenBuckets;

  constructor(settings: LimitSettings) {
    const bucketsMax = settings.REQUEST_COUNTERS_MAX;
    const averaged = (perSecond: number) => new TokenBuckets({ capacity: perSecond * averagedOverSeconds, perSecond, bucketsMax });
    this.#users = averaged(settings.USER_REQUESTS_PER_SECOND_MAX);
    this.#addresses = averaged(settings.ADDRESS_REQUESTS_PER_SECOND_MAX);
    const failures = settings.ENROLMENT_FAILURES_MAX;
    this.#enrolments = new TokenBuckets({ capacity: failures, perSecond: (failures * 1000) / settings.ENROLMENT_WINDOW_MS, bucketsMax });
  }

  /** Counts a request of an address to `route`, as it stands in the route table. @throws ProblemError too_many_requests */
  ofAddress(address: string, route: string): void {
    if (!unlimited.has(route)) refuseWhile(this.#addresses.take(addressKey(address)), 'this address sends too many requests');
  }

  /** Counts a request of a user to `route`. @throws ProblemError too_many_requests */
  ofUser(userId: number, route: string): void {
    if (!unlimited.has(route)) refuseWhile(this.#users.take(String(userId)), 'you send too many requests');
  }

  /** Opens a socket for an address. Only those that are refused count: what is open is bounded by the user. @throws ProblemError too_many_requests */
  async opening<T>(address: string, open: () => Promise<T>): Promise<T> {
    const key = addressKey(address);
    refuseWhile(this.#addresses.take(key), 'this address sends too many requests');
    const opened = await open();
    this.#addresses.giveBack(key);
    return opened;
  }

  /** Tries a secret of enrolment; only wrong ones count, so that a hundred agents behind one address may come at once. @throws ProblemError too_many_requests */
  async enrolling<T>(address: string, enrol: () => Promise<T>): Promise<T> {
    const key = addressKey(address);
    refuseWhile(this.#enrolments.wait(key), 'too many wrong enrolment tokens or keys came from this address');
    try {
      return await enrol();
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'token_invalid') this.#enrolments.take(key);
      throw error;
    }
  }
}

function refuseWhile(waitMs: number, detail: string): void {
  if (waitMs === 0) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new ProblemError('too_many_requests', `${detail}; try again in ${seconds} s`, { headers: { 'retry-after': String(seconds) } });
}

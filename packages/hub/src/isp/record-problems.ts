// The refusals that every kind of record has, each naming the member it is about.
import { ProblemError } from '@relevo/runtime';

/** A value that only one record may have is another's. */
export function recordExists(member: string, value: string, id: number): ProblemError {
  return new ProblemError('record_exists', `${member}: ${value} is that of another record (${id})`, { extra: { member, id } });
}

/** A record names another one that is not there. */
export function recordUnknown(member: string, value: string | number): ProblemError {
  return new ProblemError('record_unknown', `${member}: there is no ${value}`, { extra: { member } });
}

// Sockets are refused by HTTP, and event streams are HTTP: both end as a socket would.
import { closeCodes } from '@relevo/protocol';

/** The close code that stands for an HTTP status of the hub, or undefined when it is worth trying again. */
export function closeCodeOfStatus(status: number): number | undefined {
  if (status === 401) return closeCodes.sessionEnded;
  if (status === 403) return closeCodes.notAllowed;
  return undefined;
}

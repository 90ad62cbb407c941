// Who changes a record, as its history and the audit log name them.
import type { Caller } from '../http/endpoint.ts';

export interface Actor {
  userId: number;
  email: string;
  clientAddress?: string | undefined;
  requestId?: string | undefined;
}

export function actorOf({ caller, clientAddress, requestId }: { caller: Caller; clientAddress: string; requestId: string }): Actor {
  return { userId: caller.userId, email: caller.email, clientAddress, requestId };
}

// Follows an operation on the terminal; Ctrl-C asks the hub to stop it, a second one leaves it alone.

import type { WatchedOperation } from '@relevo/progress/watch';
import { type OperationResource, operationSchema } from '@relevo/protocol';
import { CommandError, type ExitCode, exitCodes } from '../exit-codes.ts';
import type { HubClient } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';
import { follow } from './follow.ts';
import { OperationView } from './operation-view.ts';

export interface FollowToEndOptions {
  hub: HubClient;
  operationId: string;
  userId: number;
  nameOf?: (step: string) => string;
  /** True: Ctrl-C asks to stop the operation. False: it only ends the watching. */
  stops: boolean;
}

export interface Ended {
  operation: WatchedOperation;
  exitCode: ExitCode;
}

export async function followToEnd({ hub, operationId, userId, nameOf = (step) => step, stops }: FollowToEndOptions): Promise<Ended> {
  const view = new OperationView(nameOf);
  const left = Promise.withResolvers<never>();
  let wasAsked = false;
  const interrupt = () => {
    if (!stops) return left.reject(new CommandError('', exitCodes.interrupted));
    if (wasAsked) return left.reject(new CommandError(say(`${operationId} goes on at the hub`, `${operationId} continúa en el hub`), exitCodes.interrupted));
    wasAsked = true;
    process.stderr.write(say('\nStopping …\n', '\nDeteniendo …\n'));
    stopOperation(hub, operationId, userId).catch(left.reject);
  };
  process.on('SIGINT', interrupt);
  try {
    const operation = await Promise.race([follow({ hub, operationId, userId, onChange: (changed) => view.show(changed) }), left.promise]);
    return {
      operation,
      exitCode: operation.state === 'completed' ? exitCodes.done : operation.state === 'stopped' && wasAsked ? exitCodes.interrupted : exitCodes.failed,
    };
  } finally {
    process.off('SIGINT', interrupt);
  }
}

export async function stopOperation(hub: HubClient, operationId: string, userId: number): Promise<void> {
  await hub.send(`/api/operations/${encodeURIComponent(operationId)}/stop?user_id=${userId}`, { method: 'POST' });
}

/** The operation with its steps. `userId` names whose it is, for administrators. */
export function getOperation(hub: HubClient, operationId: string, userId: number | undefined): Promise<OperationResource> {
  return hub.json(`/api/operations/${encodeURIComponent(operationId)}${userId === undefined ? '' : `?user_id=${userId}`}`, operationSchema);
}

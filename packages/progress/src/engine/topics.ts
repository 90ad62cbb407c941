// The topics that events of operations are published under.
import type { OperationKey } from './operation.ts';

export function operationTopic({ userId, id }: OperationKey): string {
  return `operation/${userId}/${id}`;
}

export function userTopic(userId: number): string {
  return `user/${userId}`;
}

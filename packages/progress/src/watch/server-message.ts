// Reads one message of `/ws/progress`. The hub is trusted and made these by schema; a browser is spared the weight of checking them
// again, and only what the watcher itself stands on is looked at.
import type { ProgressEvent, ServerMessage } from '@relevo/protocol';

/** The message, or undefined for what this version does not know. */
export function readServerMessage(text: string): ServerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const message = value as Partial<Record<string, unknown>>;
  if (message.type === 'error') return typeof message.code === 'string' ? (value as ServerMessage) : undefined;
  if (typeof message.operation_id !== 'string' || !Number.isSafeInteger(message.seq)) return undefined;
  const isEvent = message.type === 'operation' ? typeof message.state === 'string' : typeof message.step === 'string' && typeof message.status === 'string';
  return isEvent ? (value as ProgressEvent) : undefined;
}

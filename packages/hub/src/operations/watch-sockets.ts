// The hub's progress sockets: their bounds are settings, and they end with the session, key or account that opened them.
import type { WatchLimits, WatchSockets } from '@relevo/progress/socket';
import { closeCodes } from '@relevo/protocol';
import type { SessionEnd } from '../auth/session-ends.ts';
import type { HubSettings } from '../settings.ts';

export function watchLimits(settings: HubSettings): WatchLimits {
  return {
    connectionsPerUserMax: settings.CONNECTIONS_PER_USER_MAX,
    messagesPerSecondMax: settings.PROGRESS_MESSAGES_PER_SECOND_MAX,
    badMessagesMax: settings.PROGRESS_BAD_MESSAGES_MAX,
    messageMaxBytes: settings.PROGRESS_MESSAGE_MAX_BYTES,
    bufferMaxBytes: settings.PROGRESS_BUFFER_MAX_BYTES,
    slowMaxMs: settings.PROGRESS_SLOW_MAX_MS,
  };
}

/** Closes what a session, key or account that ended had opened. */
export function closeSocketsOf(sockets: WatchSockets, { userId, credential, reason }: SessionEnd): void {
  sockets.closeOf({ userId, credential }, closeCodeOf(reason), reason);
}

function closeCodeOf(reason: SessionEnd['reason']): number {
  if (reason === 'disabled') return closeCodes.notAllowed;
  // The session is good, what it may see has changed: coming back is how the guards look at it again.
  return reason === 'role_changed' || reason === 'renewed' ? closeCodes.goingAway : closeCodes.sessionEnded;
}

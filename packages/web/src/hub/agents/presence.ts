// When an agent was there within a span of time, from the list of its connections.
import type { AgentSession } from '@relevo/protocol';

export interface PresenceSpan {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

export interface Presence {
  /** When it was connected, oldest first, cut to the span; neighbours that touch are one. */
  online: PresenceSpan[];
  /** How much of the span, 0 to 1. */
  share: number;
  /** Connections that ended within the span by being lost: nobody closed them. */
  losses: number;
}

/** The connection was lost: "reserved … to indicate that the connection was closed abnormally" (RFC 6455 §7.4.1). */
export const lostCode = 1006;

/** `sessions`: newest first, as the hub gives them. `from` and `to`: milliseconds since 1970. */
export function presenceOf(sessions: readonly AgentSession[], from: number, to: number): Presence {
  const online: PresenceSpan[] = [];
  let losses = 0;
  for (const { connected_at, ended_at, code } of sessions.toReversed()) {
    const began = Math.max(from, Date.parse(connected_at));
    const ended = Math.min(to, ended_at === null ? to : Date.parse(ended_at));
    if (code === lostCode && ended_at !== null && Date.parse(ended_at) >= from) losses += 1;
    if (ended <= began) continue;
    const last = online.at(-1);
    if (last && began <= last.to) last.to = Math.max(last.to, ended);
    else online.push({ from: began, to: ended });
  }
  const onlineMs = online.reduce((sum, span) => sum + span.to - span.from, 0);
  return { online, share: to > from ? onlineMs / (to - from) : 0, losses };
}

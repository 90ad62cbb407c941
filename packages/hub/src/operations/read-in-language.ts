// What the hub says of its own work: nobody asked for it in any language, so it is said in that of whoever reads.
import { type Language, renderStepText } from '@relevo/protocol';

/** The owner of the hub's own operations: no account has this id. */
export const hubUserId = 0;

interface Said {
  message?: string | undefined;
  code?: string | undefined;
  values?: Record<string, string | number> | undefined;
}

/** An event of an operation of `userId`, for a reader of `language`. What a person asked for stays in the language they asked in. */
export function readIn<Event extends Said>(language: Language, userId: number, event: Event): Event {
  if (userId !== hubUserId || event.code === undefined || event.message === undefined) return event;
  const { values: _, ...rest } = event;
  return { ...rest, message: renderStepText({ code: event.code, values: event.values }, language) } as Event;
}

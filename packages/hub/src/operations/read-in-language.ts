// What the hub says of its own work: nobody asked for it in any language, so it is said in that of whoever reads.
import type { EventsSource } from '@relevo/progress/socket';
import { type Language, type ProgressEvent, renderStepText } from '@relevo/protocol';

/** The owner of the hub's own operations: no account has this id. */
export const hubUserId = 0;

interface Said {
  message?: string | undefined;
  code?: string | undefined;
  values?: Record<string, string | number> | undefined;
}

/** An event of an operation of `userId`, for a reader of `language`. What a person asked for stays in the language they asked in. */
export function readIn<Event extends Said>(language: Language, userId: number, event: Event): Event {
  if (userId !== hubUserId) return event;
  const { values: _, ...rest } = said(language, event);
  return rest as Event;
}

/** The same events of `userId`'s operations, each said as a reader of `language` reads it, with nothing else of it changed. */
export function sourceIn(language: Language, userId: number, source: EventsSource): EventsSource {
  if (userId !== hubUserId) return source;
  const all = (events: ProgressEvent[] | undefined) => events?.map((event) => said(language, event));
  return {
    listeners: {
      add: (topic, listener) =>
        source.listeners.add(topic, (published) => {
          const event = said(language, published.event);
          listener({ ...published, event, text: JSON.stringify(event) });
        }),
    },
    catchUp: (key, after) => all(source.catchUp(key, after)),
    catchUpEnded: async (key, after) => all(await source.catchUpEnded(key, after)),
  };
}

function said<Event extends Said>(language: Language, event: Event): Event {
  if (event.code === undefined || event.message === undefined) return event;
  return { ...event, message: renderStepText({ code: event.code, values: event.values }, language) };
}

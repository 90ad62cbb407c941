// What a client prefers of the answer: the `Prefer` header (RFC 7240).

export interface Preferences {
  /** "respond-async": it would rather have an answer at once than the outcome. */
  respondAsync: boolean;
  /** "wait": how long it would wait for the outcome, milliseconds; undefined when it does not say. */
  waitMs: number | undefined;
}

/** "If any preference is specified more than once, only the first instance is to be considered" (RFC 7240 §2); what is not understood is ignored. */
export function preferencesOf(header: string | null): Preferences {
  const preferences: Preferences = { respondAsync: false, waitMs: undefined };
  for (const part of (header ?? '').split(',')) {
    const [name = '', value = ''] = (part.split(';')[0] ?? '').split('=').map((text) => text.trim());
    if (name.toLowerCase() === 'respond-async') preferences.respondAsync = true;
    const seconds = /^"?(\d{1,9})"?$/.exec(value)?.[1];
    if (name.toLowerCase() === 'wait' && seconds !== undefined) preferences.waitMs ??= Number(seconds) * 1000;
  }
  return preferences;
}

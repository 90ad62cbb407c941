// Reads a bearer token in every form that clients are known to send it.

/** Accepts `token`, `Bearer token`, either in double quotes, and percent-encoded cookie values; `undefined` when nothing is left. */
export function parseBearer(value: string | null | undefined): string | undefined {
  if (!value) return undefined;
  let text = value.trim();
  if (/%[0-9A-Fa-f]{2}/.test(text)) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  text = unquote(text);
  text = unquote(text.replace(/^bearer\s+/i, '').trim());
  return text === '' ? undefined : text;
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
}

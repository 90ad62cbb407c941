// Text from elsewhere, made safe for a terminal: names and messages may hold control sequences that would write over the screen.

/** The text with control characters, and those that turn the writing direction, shown as `�`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\u{fffd}');
}

// What a file may be called, on the hub and on every agent: one rule, so that a name the hub took never fails on arrival.

export const fileNameMaxBytes = 255;

export type FileNameFault = 'empty' | 'too_long' | 'separator' | 'control_character' | 'reserved' | 'not_unicode';

// Windows opens a device, not a file, for these, whatever extension or stream follows, with spaces before it or not; an agent may run there.
const reservedDeviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *([.:].*)?$/i;

/** The name in NFC, or the reason it is refused. Accepts any Unicode text of 1 to 255 bytes that is one path segment and no device. */
export function parseFileName(given: string): { name: string } | { fault: FileNameFault } {
  if (!given.isWellFormed()) return { fault: 'not_unicode' };
  const name = given.normalize('NFC');
  if (name === '' || name.trim() === '') return { fault: 'empty' };
  if (/[/\\]/.test(name)) return { fault: 'separator' };
  if (/\p{Cc}/u.test(name)) return { fault: 'control_character' };
  if (name === '.' || name === '..' || reservedDeviceName.test(name.trimEnd())) return { fault: 'reserved' };
  if (new TextEncoder().encode(name).length > fileNameMaxBytes) return { fault: 'too_long' };
  return { name };
}

// AES-256-GCM for short secrets at rest: what is sealed for one place does not open in another.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 'v1';
/** "For IVs, it is recommended that implementations restrict support to the length of 96 bits" (NIST SP 800-38D §5.2.1.1). */
const ivBytes = 12;
const tagBytes = 16;

/** `place` is bound to the text as additional data: the same is needed to open it. */
export function seal(key: Buffer, place: string, text: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
  const bytes = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${bytes.toString('base64url')}`;
}

/** The text; undefined when it was sealed by another key, for another place, or was changed. */
export function unseal(key: Buffer, place: string, sealed: string): string | undefined {
  const [given, text = ''] = sealed.split('.');
  const bytes = Buffer.from(text, 'base64url');
  if (given !== version || bytes.length < ivBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(bytes.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, bytes.length - tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

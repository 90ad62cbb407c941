// Seals a text to an agent's X25519 key, so that only that agent can read it: an ephemeral key agreement, HKDF-SHA-256, AES-256-GCM.
// Web Crypto only: the same on every runtime.

/** `v1.<ephemeral public key>.<iv>.<ciphertext>`, each base64url. */
const version = 'v1';
const info = new TextEncoder().encode('relevo sealed box v1');

/** An X25519 pair: the raw public key and the private key as PKCS #8, each base64url without padding. */
export interface SealingKey {
  publicKey: string;
  privateKey: string;
}

export async function createSealingKey(): Promise<SealingKey> {
  const pair = (await crypto.subtle.generateKey({ name: 'X25519' }, true, ['deriveBits'])) as CryptoKeyPair;
  const publicKey = await crypto.subtle.exportKey('raw', pair.publicKey);
  const privateKey = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
  return { publicKey: encode(publicKey), privateKey: encode(privateKey) };
}

/** Seals `text` to `publicKey` (raw X25519, base64url). */
export async function seal(text: string, publicKey: string): Promise<string> {
  const ephemeral = (await crypto.subtle.generateKey({ name: 'X25519' }, true, ['deriveBits'])) as CryptoKeyPair;
  const ephemeralPublic = new Uint8Array(await crypto.subtle.exportKey('raw', ephemeral.publicKey));
  const theirs = await crypto.subtle.importKey('raw', decode(publicKey), { name: 'X25519' }, false, []);
  const key = await deriveKey(ephemeral.privateKey, theirs, ephemeralPublic, decode(publicKey));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text));
  return [version, encode(ephemeralPublic), encode(iv), encode(sealed)].join('.');
}

/** Opens what `seal` made. @throws when it was sealed to another key or altered */
export async function unseal(box: string, { publicKey, privateKey }: SealingKey): Promise<string> {
  const [boxVersion, ephemeralPublic = '', iv = '', sealed = ''] = box.split('.');
  if (boxVersion !== version) throw new Error('not a sealed box of this version');
  const own = await crypto.subtle.importKey('pkcs8', decode(privateKey), { name: 'X25519' }, false, ['deriveBits']);
  const theirs = await crypto.subtle.importKey('raw', decode(ephemeralPublic), { name: 'X25519' }, false, []);
  const key = await deriveKey(own, theirs, decode(ephemeralPublic), decode(publicKey));
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: decode(iv) }, key, decode(sealed)));
}

async function deriveKey(own: CryptoKey, theirs: CryptoKey, ephemeralPublic: Uint8Array, recipientPublic: Uint8Array): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, own, 256);
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const salt = new Uint8Array([...ephemeralPublic, ...recipientPublic]);
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function encode(bytes: ArrayBuffer | Uint8Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

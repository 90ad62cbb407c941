// Signing in with a passkey; the library that speaks with the device is loaded when it is first needed.
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { ApiError } from '../../http/api-error.ts';
import { request } from '../../http/request.ts';

/** False where the browser has no passkeys: an old one, a page over plain HTTP that is not this machine's, or one reached by an address without a name. */
export function hasPasskeys(): boolean {
  return window.isSecureContext && typeof window.PublicKeyCredential === 'function' && !isAddress(location.hostname);
}

/** "An RP ID is a valid domain string" (WebAuthn §4): no IP address is one. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
}

/** The reader closed their device's question: nothing to complain of. */
export class PasskeyCancelled extends Error {
  override name = 'PasskeyCancelled';
}

/** @throws PasskeyCancelled, ApiError */
export async function signInWithPasskey(): Promise<void> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const optionsJSON = await request<PublicKeyCredentialRequestOptionsJSON>('POST', '/api/auth/passkey/generate-authenticate-options', { body: {} });
  const response = await startAuthentication({ optionsJSON }).catch(fromDevice);
  await request('POST', '/api/auth/passkey/verify-authentication', { body: { response } });
}

/** What the browser's refusals mean to the reader. */
export function fromDevice(error: unknown): never {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') throw new PasskeyCancelled();
  if (name === 'InvalidStateError') throw new ApiError('passkey_exists', 409);
  throw new ApiError('passkey_refused', 401);
}

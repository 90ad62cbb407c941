// How passwords are kept: argon2id, with the parameters that OWASP names as the least (19 MiB, two passes).
import { ProblemError } from '@relevo/runtime';

/** Longest password, UTF-16 code units; hashing more would only cost time. */
export const passwordLengthMax = 128;

/** NIST SP 800-63B §3.1.1.2: the same password typed on another keyboard must give the same bytes. */
function normalized(password: string): string {
  return password.normalize('NFKC');
}

export function hashPassword(password: string): Promise<string> {
  return Bun.password.hash(normalized(password), { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 });
}

export function verifyPassword(password: string, hash: string): Promise<boolean> {
  return Bun.password.verify(normalized(password), hash);
}

export function isPasswordLengthAllowed(password: string, lengthMin: number): boolean {
  return password.length >= lengthMin && password.length <= passwordLengthMax;
}

/** @throws ProblemError `password_weak` */
export function assertPasswordAllowed(password: string, lengthMin: number): void {
  if (isPasswordLengthAllowed(password, lengthMin)) return;
  throw new ProblemError('password_weak', `A password has ${lengthMin} to ${passwordLengthMax} characters`);
}

// The checksum extension of tus: the checksum of one part of an upload, sent along with it.
import { ProblemError } from '@relevo/runtime';

/** tus 1.0, Checksum: "The Server MUST support at least the SHA1 checksum algorithm identified by `sha1`." */
export const checksumAlgorithms = ['sha1', 'sha256', 'sha512', 'md5'] as const;

export interface PartChecksum {
  update(bytes: Uint8Array): void;
  matches(): boolean;
}

/**
 * Reads `Upload-Checksum`: "The header MUST consist of the name of the used checksum algorithm and the Base64 encoded checksum separated by a space."
 * @throws ProblemError `invalid_request`, the 400 that the Server "MUST respond with" for an algorithm it does not know
 */
export function readChecksum(headers: Headers): PartChecksum | undefined {
  const text = headers.get('upload-checksum');
  if (text === null) return undefined;
  const [name, expected, ...rest] = text.trim().split(' ');
  const algorithm = checksumAlgorithms.find((candidate) => candidate === name);
  if (!algorithm) throw new ProblemError('invalid_request', `upload-checksum: known algorithms are ${checksumAlgorithms.join(', ')}`);
  if (expected === undefined || expected === '' || rest.length > 0)
    throw new ProblemError('invalid_request', 'upload-checksum: not of the form ALGORITHM BASE64');
  const hasher = new Bun.CryptoHasher(algorithm);
  return {
    update: (bytes) => void hasher.update(bytes),
    matches: () => hasher.digest('base64') === expected,
  };
}

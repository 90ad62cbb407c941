// Whether bytes are the chunk they should be: by XXH3 when the manifest has it, which is twenty times as fast, else by SHA-256.

export function isChunk(bytes: Uint8Array, { sha256, xxh3 }: { sha256: string; xxh3: string | undefined }): boolean {
  return xxh3 === undefined ? new Bun.CryptoHasher('sha256').update(bytes).digest('hex') === sha256 : xxh3Of(bytes) === xxh3;
}

/** XXH3-64 as manifests write it: 16 lower-case hex digits. */
export function xxh3Of(bytes: Uint8Array): string {
  return Bun.hash.xxHash3(bytes).toString(16).padStart(16, '0');
}

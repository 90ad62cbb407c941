// Where the bytes of files live: each content once, under its SHA-256.

/** Bytes that were received whole and are on disk, but that nobody sees yet. */
export interface ReceivedBytes {
  /** SHA-256, lower-case hex. */
  sha256: string;
  /** Bytes. */
  size: number;
  /** Where they wait; the next call of `keep` or `discard` ends that. */
  path: string;
}

export interface Blobs {
  /**
   * Takes a body in, hashing it as it comes; the sender waits while the disk is behind.
   * @param source ends by throwing when the sender went away; then nothing of it stays.
   * @param onSize called with the bytes so far, before each part is written; what it throws ends the receiving.
   * @throws ProblemError `storage_full`
   */
  receive(source: AsyncIterable<Uint8Array>, onSize?: (size: number) => Promise<void>): Promise<ReceivedBytes>;

  /** Makes received bytes the blob of their hash; when there is one already, it stays and these go. Durable once it resolves. */
  keep(received: ReceivedBytes): Promise<void>;

  /** Forgets received bytes that nobody wants. */
  discard(received: ReceivedBytes): Promise<void>;

  /** Where to read a blob; that there is one is for the caller to know. */
  path(sha256: string): string;

  has(sha256: string): Promise<boolean>;

  /** Removes a blob; one that is being read stays readable to its readers. Removing what is not there is no error. */
  remove(sha256: string): Promise<void>;

  /** Every blob kept, in groups of those whose hash begins alike. */
  groups(): AsyncIterable<{ prefix: string; sha256s: string[] }>;
}

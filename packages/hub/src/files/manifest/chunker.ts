// Cuts bytes into chunks where the content says so, so that an insertion moves the chunks after it but changes only those around it.
//
// FastCDC with its "normalized chunking" (Xia et al., USENIX ATC 2016): a gear hash rolls over the bytes, and a chunk ends where the
// hash has enough zero bits: more of them before the average length than after it. Everything here is part of what agents compare
// across versions and releases: a change would make them fetch whole files again, so a test holds it to known cuts.

/** No chunk but the last is shorter, bytes. */
export const chunkMinBytes = 256 * 1024;
/** Where the condition gets easier; chunks of random data are 1.12 times as long on average, bytes. */
export const chunkAverageBytes = 1024 * 1024;
/** No chunk is longer, bytes. */
export const chunkMaxBytes = 4 * 1024 * 1024;

// 22 and 18 bits, two more and two fewer than the 20 of the average; the uppermost, which depend on the most bytes.
const hardMask = 0xfffffc00 | 0;
const easyMask = 0xffffc000 | 0;

/** One random number per byte value: the first four bytes of SHA-256 over "relevo gear N". */
const gear = Int32Array.from({ length: 256 }, (_, byte) => new Bun.CryptoHasher('sha256').update(`relevo gear ${byte}`).digest().readInt32BE(0));

/**
 * Where the chunk that begins at `start` ends. `end` is the end of the data, or of the part at hand: then it must be at least
 * `chunkMaxBytes` beyond `start`.
 */
export function chunkEnd(data: Uint8Array, start: number, end: number): number {
  let index = start + chunkMinBytes;
  if (index >= end) return end;
  const normal = Math.min(end, start + chunkAverageBytes);
  const last = Math.min(end, start + chunkMaxBytes);
  let hash = 0;
  // Two plain loops: at a gigabyte per second nothing in them is free, and unrolling them made them slower.
  for (; index < normal; index++) {
    hash = ((hash << 1) + (gear[data[index] as number] as number)) | 0;
    if ((hash & hardMask) === 0) return index + 1;
  }
  for (; index < last; index++) {
    hash = ((hash << 1) + (gear[data[index] as number] as number)) | 0;
    if ((hash & easyMask) === 0) return index + 1;
  }
  return last;
}

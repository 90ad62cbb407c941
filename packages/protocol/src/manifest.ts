// The manifest of a file: its content-defined chunks in order, each with its own SHA-256.
import { z } from 'zod';

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

const xxh3Schema = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 lower-case hex digits');

/**
 * `chunks` are `[length in bytes, sha256]`, in order; their lengths add up to `size`. An empty file has none. `xxh3` has the XXH3-64 of
 * each chunk: twenty times as fast as SHA-256, it finds what a wire corrupted while the bytes arrive; that the file is the one meant is
 * told by `sha256` alone.
 */
export const manifestSchema = z
  .object({
    sha256: sha256Schema,
    size: z.number().int().nonnegative(),
    chunks: z.array(z.tuple([z.number().int().positive(), sha256Schema])),
    xxh3: z.array(xxh3Schema).optional(),
  })
  .refine(({ chunks, xxh3 }) => xxh3 === undefined || xxh3.length === chunks.length, 'xxh3 must have one entry a chunk');
export type Manifest = z.infer<typeof manifestSchema>;

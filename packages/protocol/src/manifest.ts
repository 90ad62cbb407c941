// The manifest of a file: its content-defined chunks in order, each with its own SHA-256.
import { z } from 'zod';

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** `chunks` are `[length in bytes, sha256]`, in order; their lengths add up to `size`. An empty file has none. */
export const manifestSchema = z.object({
  sha256: sha256Schema,
  size: z.number().int().nonnegative(),
  chunks: z.array(z.tuple([z.number().int().positive(), sha256Schema])),
});
export type Manifest = z.infer<typeof manifestSchema>;

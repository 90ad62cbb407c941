// What can be wrong with a line of an imported file: told with its number, so that it can be found and mended.
import { z } from 'zod';

export const importErrorCodes = [
  'file_empty',
  'file_invalid',
  'too_many_lines',
  'column_missing',
  'column_unknown',
  'column_repeated',
  'cells_missing',
  'value_invalid',
  'value_repeated',
  'record_exists',
  'record_unknown',
  'record_ambiguous',
] as const;

export const importErrorSchema = z.object({
  /** The first of the file is 1. */
  line: z.number().int().positive(),
  code: z.enum(importErrorCodes),
  /** The column that it is about, when it is about one. */
  column: z.string().nullable(),
  detail: z.string(),
});
export type ImportError = z.infer<typeof importErrorSchema>;

/** Errors of one import that are kept; all are counted. */
const keptMax = 1000;

/** The errors of one import, in the order of the lines. */
export class ImportErrors {
  readonly kept: ImportError[] = [];
  total = 0;

  add(line: number, code: ImportError['code'], column: string | null, detail: string): void {
    this.total += 1;
    if (this.kept.length < keptMax) this.kept.push({ line, code, column, detail });
  }
}

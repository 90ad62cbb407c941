// What can be wrong with a line of an imported file: told with its number, so that it can be found and mended.
import type { Language } from '@relevo/protocol';
import { z } from 'zod';
import type { Texts } from '../../http/issue-texts.ts';

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
  /** In the language of whoever imported. */
  detail: z.string(),
});
export type ImportError = z.infer<typeof importErrorSchema>;

/** The same for people, after the name of the column. */
const texts: Record<ImportError['code'], Record<Language, string>> = {
  file_empty: { en: 'the file is empty', es: 'el archivo está vacío' },
  file_invalid: { en: 'this is no CSV', es: 'esto no es CSV' },
  too_many_lines: { en: 'the file has too many lines', es: 'el archivo tiene demasiadas líneas' },
  column_missing: { en: 'the column is needed and missing', es: 'la columna es necesaria y falta' },
  column_unknown: { en: 'there is no such column', es: 'esa columna no existe' },
  column_repeated: { en: 'the column is there twice', es: 'la columna está repetida' },
  cells_missing: { en: 'the line has not as many cells as the first one', es: 'la línea no tiene tantas celdas como la primera' },
  value_invalid: { en: 'the value is not valid', es: 'el valor no es válido' },
  value_repeated: { en: 'another line of the file has the same', es: 'otra línea del archivo tiene lo mismo' },
  record_exists: { en: 'another connection has it already', es: 'otra conexión ya lo tiene' },
  record_unknown: { en: 'there is no such record', es: 'ese registro no existe' },
  record_ambiguous: { en: 'several customers have it', es: 'lo tienen varios clientes' },
};

export function importErrorText({ code, column }: ImportError, language: Language): string {
  const text = texts[code][language];
  return column === null ? text : `${column}: ${text}`;
}

/** Errors of one import that are kept; all are counted. */
const keptMax = 1000;

/** The errors of one import, in the order of the lines. */
export class ImportErrors {
  readonly kept: ImportError[] = [];
  total = 0;
  readonly #language: Language;

  /** `language`: of whoever imports. */
  constructor(language: Language) {
    this.#language = language;
  }

  /** `detail`: what the code does not say by itself. */
  add(line: number, code: ImportError['code'], column: string | null, detail?: Texts): void {
    this.total += 1;
    if (this.kept.length < keptMax) this.kept.push({ line, code, column, detail: detail?.[this.#language] ?? '' });
  }
}

// What of the files' page stands in its address, so that a link shows the same.
import { type FileSort, isFileSort } from './file-queries.ts';

export interface FilesSearch {
  /** Part of the names shown. */
  q?: string | undefined;
  sort?: FileSort | undefined;
  /** Id of the file whose details are open. */
  file?: string | undefined;
}

const textMax = 255;

/** Takes of an address what makes sense. */
export function readFilesSearch({ q, sort, file }: Record<string, unknown>): FilesSearch {
  return {
    // The router reads `?q=2024` as a number.
    q: (typeof q === 'string' || typeof q === 'number') && String(q) !== '' ? String(q).slice(0, textMax) : undefined,
    sort: typeof sort === 'string' && isFileSort(sort) ? sort : undefined,
    file: typeof file === 'string' && file !== '' ? file.slice(0, textMax) : undefined,
  };
}

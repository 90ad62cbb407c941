// Which files the hub takes: their names, extensions, sizes and media types.
import { type FileNameFault, parseFileName } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';

export interface FileLimits {
  FILE_SIZE_MAX_BYTES: number;
  /** Lower case, with or without the dot. */
  REFUSED_EXTENSIONS: readonly string[];
  REFUSED_MEDIA_TYPES: readonly string[];
}

const faults: Record<FileNameFault, string> = {
  empty: 'A file needs a name',
  too_long: 'A name has at most 255 bytes in UTF-8',
  separator: 'A name cannot have a slash or a backslash',
  control_character: 'A name cannot have control characters',
  reserved: 'Some systems reserve this name for a device or a directory',
  not_unicode: 'The name is not Unicode text',
};

/** The name as it will be kept. @throws ProblemError `file_name_invalid` with the `fault`, or `file_extension_refused` */
export function takeFileName(given: string, limits: FileLimits): string {
  const parsed = parseFileName(given);
  if ('fault' in parsed) throw refusedName(parsed.fault);
  // Windows drops dots and spaces at the end of a name, so `virus.exe. ` is an exe there.
  const name = parsed.name.toLowerCase().replace(/[. ]+$/, '');
  const refused = limits.REFUSED_EXTENSIONS.find((extension) => name.endsWith(`.${extension.replace(/^\./, '')}`));
  if (refused !== undefined) throw new ProblemError('file_extension_refused', `Files that end in .${refused.replace(/^\./, '')} are refused`);
  return parsed.name;
}

export function refusedName(fault: FileNameFault): ProblemError {
  return new ProblemError('file_name_invalid', faults[fault], { extra: { fault } });
}

/** @throws ProblemError `file_too_large` */
export function takeSize(size: number, limits: FileLimits): void {
  if (size > limits.FILE_SIZE_MAX_BYTES) {
    throw new ProblemError('file_too_large', `A file may have ${limits.FILE_SIZE_MAX_BYTES} bytes`, { extra: { limit: limits.FILE_SIZE_MAX_BYTES } });
  }
}

/** @throws ProblemError `media_type_refused` */
export function takeMediaType(mediaType: string, limits: FileLimits): void {
  if (limits.REFUSED_MEDIA_TYPES.includes(mediaType)) throw new ProblemError('media_type_refused', `Files of type ${mediaType} are refused`);
}

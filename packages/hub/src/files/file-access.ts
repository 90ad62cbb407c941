// Who may reach a file: people their own and administrators all; what is not theirs is not there for them.
import type { FileResource } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { Caller } from '../http/endpoint.ts';
import type { Files } from './files.ts';

export type FileAccess = (caller: Caller, file: FileResource) => boolean;

/** For people. */
export const ownerOrAdmin: FileAccess = (caller, file) => caller.role === 'admin' || caller.userId === file.owner_id;

/** For agents, which are trusted with every file of their hub. */
export const anyOwner: FileAccess = () => true;

export const fileParams = z.object({ id: z.string() });

/** @throws ProblemError `not_found`, also when the file is another's */
export async function reachFile(files: Files, id: string, caller: Caller, access: FileAccess): Promise<FileResource> {
  const file = await files.find(id);
  if (!file || !access(caller, file)) throw new ProblemError('not_found', 'There is no such file');
  return file;
}

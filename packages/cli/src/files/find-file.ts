// Finds a file on the hub by its id or its exact name.
import { type FileResource, fileSchema } from '@relevo/protocol';
import { z } from 'zod';
import { CommandError, exitCodes } from '../exit-codes.ts';
import type { HubClient } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';

export const filePageSchema = z.object({ files: z.array(fileSchema), next_cursor: z.string().nullable() });

/** @throws CommandError when there is none, or several by this name */
export async function findFile(hub: HubClient, idOrName: string): Promise<FileResource> {
  const byId = await hub.sendRaw(`/api/files/${encodeURIComponent(idOrName)}`);
  if (byId.ok) return fileSchema.parse(await byId.json());
  await byId.body?.cancel();
  const name = idOrName.normalize('NFC');
  const named: FileResource[] = [];
  for await (const file of listFiles(hub, { query: name })) if (file.name === name) named.push(file);
  const [file, ...others] = named;
  if (!file) throw new CommandError(say(`There is no file ${idOrName} on the hub`, `No hay ningún archivo ${idOrName} en el hub`), exitCodes.notFound);
  if (others.length === 0) return file;
  const ids = named.map(({ id }) => id).join(', ');
  throw new CommandError(
    say(`Several files are called ${idOrName}; name one by its id: ${ids}`, `Varios archivos se llaman ${idOrName}; indique uno por su id: ${ids}`),
    exitCodes.usage,
  );
}

/** Every file of the list, page by page. */
export async function* listFiles(hub: HubClient, { query, sort }: { query?: string | undefined; sort?: string | undefined }): AsyncGenerator<FileResource> {
  const parameters = new URLSearchParams({ limit: '200', ...(query && { query }), ...(sort && { sort }) });
  for (;;) {
    const page = await hub.json(`/api/files?${parameters}`, filePageSchema);
    yield* page.files;
    if (page.next_cursor === null) return;
    parameters.set('cursor', page.next_cursor);
  }
}

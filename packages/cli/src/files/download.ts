// Fetches a file from the hub: into a partial file beside the target that survives interruptions, checked as a whole, then renamed.
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { backoffDelay, type FileResource } from '@relevo/protocol';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { type HubClient, refusal } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';

export interface DownloadOptions {
  hub: HubClient;
  file: FileResource;
  /** Where it is to be. */
  target: string;
  onProgress: (bytes: number) => void;
  signal?: AbortSignal;
}

const attemptsMax = 10;
const retryDelay = { delayMinMs: 500, delayMaxMs: 15_000 };

/** Resolves when the verified bytes are at `target`. @throws CommandError; what was fetched stays for the next time */
export async function download(options: DownloadOptions): Promise<void> {
  const { file, target } = options;
  // The content is in the name: what lies there under it can only be the beginning of the same bytes.
  const partial = join(dirname(target), `.${basename(target).slice(0, 100)}.${file.sha256.slice(0, 16)}.partial`);
  const handle = await open(partial, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(error.message);
  });
  try {
    await fetchRest(options, partial, handle);
    await verify(options, partial);
    await handle.chmod(0o666 & ~process.umask());
    await handle.sync();
    await rename(partial, target);
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? new CommandError(say('The disk is full', 'El disco está lleno')) : error;
  } finally {
    await handle.close();
  }
}

/** Appends what is missing, asking for it again when the connection breaks. */
async function fetchRest({ hub, file, onProgress, signal }: DownloadOptions, partial: string, handle: FileHandle): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const start = (await stat(partial)).size;
    if (start > file.size) await handle.truncate(0);
    if (start === file.size) return;
    let position = start > file.size ? 0 : start;
    const began = position;
    onProgress(position);
    try {
      const response = await hub.sendRaw(`/api/files/${encodeURIComponent(file.id)}/content`, {
        headers: position > 0 ? { range: `bytes=${position}-`, 'if-range': `"${file.sha256}"` } : {},
        ...(signal && { signal }),
      });
      if (!response.ok && ![502, 503, 504].includes(response.status)) throw await refusal(response);
      // A whole answer to a request for a part: the partial file is of no use.
      if (response.status === 200 && position > 0) {
        await handle.truncate(0);
        position = 0;
      }
      for await (const chunk of response.ok && response.body ? response.body : []) {
        await handle.appendFile(chunk);
        position += chunk.byteLength;
        onProgress(position);
      }
      if (position === file.size) return;
    } catch (error) {
      if (signal?.aborted)
        throw new CommandError(say('Interrupted; the next get goes on from here', 'Interrumpido; el próximo get continúa desde aquí'), exitCodes.interrupted);
      const isBroken =
        error instanceof CommandError ? error.exitCode === exitCodes.unreachable : !(error instanceof Error && 'code' in error && error.code === 'ENOSPC');
      if (!isBroken) throw error;
    }
    if (position > began) attempt = 0;
    if (attempt >= attemptsMax)
      throw new CommandError(say('The connection to the hub broke too often', 'La conexión con el hub se interrumpió demasiadas veces'), exitCodes.unreachable);
    await Bun.sleep(backoffDelay(attempt, retryDelay));
  }
}

async function verify({ file, target }: DownloadOptions, partial: string): Promise<void> {
  const hasher = new Bun.CryptoHasher('sha256');
  for await (const chunk of Bun.file(partial).stream()) hasher.update(chunk);
  if (hasher.digest('hex') === file.sha256) return;
  await rm(partial, { force: true });
  throw new CommandError(
    say(`The bytes of ${target} do not match their SHA-256; nothing was kept`, `Los bytes de ${target} no coinciden con su SHA-256; no se guardó nada`),
  );
}

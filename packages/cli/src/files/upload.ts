// Sends a local file to the hub: small ones in one request, larger ones as a tus upload that goes on after a broken connection.
import { stat } from 'node:fs/promises';
import { backoffDelay, type FileResource, fileSchema } from '@relevo/protocol';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { type HubClient, refusal } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';

export interface UploadOptions {
  hub: HubClient;
  path: string;
  /** What it is called on the hub. */
  name: string;
  /** Bytes the hub has so far, out of the file's size. */
  onProgress: (bytes: number) => void;
  signal?: AbortSignal;
}

/** Up to this size one request is simpler than an upload that can be resumed, bytes. */
const oneRequestMaxBytes = 4 * 1024 ** 2;
/** Attempts in a row that may bring nothing before giving up. */
const attemptsMax = 10;
const retryDelay = { delayMinMs: 500, delayMaxMs: 15_000 };
const tus = { 'tus-resumable': '1.0.0' };

/** The file as the hub knows it, its SHA-256 compared with what was read here. @throws CommandError */
export async function upload(options: UploadOptions): Promise<FileResource> {
  const { size, isFile } = await stat(options.path).then(
    (stats) => ({ size: stats.size, isFile: stats.isFile() }),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new CommandError(say(`There is no file ${options.path}`, `No existe el archivo ${options.path}`), exitCodes.notFound);
      throw new CommandError(error.message);
    },
  );
  if (!isFile) throw new CommandError(say(`${options.path} is not a file`, `${options.path} no es un archivo`), exitCodes.usage);
  return size <= oneRequestMaxBytes ? sendWhole(options) : sendResumable(options, size);
}

async function sendWhole({ hub, path, name, onProgress, signal }: UploadOptions): Promise<FileResource> {
  const bytes = await Bun.file(path).bytes();
  const digest = new Bun.CryptoHasher('sha256').update(bytes).digest('base64');
  const file = await hub.json(`/api/files?name=${encodeURIComponent(name)}`, fileSchema, {
    method: 'POST',
    headers: { 'repr-digest': `sha-256=:${digest}:`, 'content-type': 'application/octet-stream' },
    body: bytes,
    ...(signal && { signal }),
  });
  onProgress(bytes.length);
  return file;
}

async function sendResumable(options: UploadOptions, size: number): Promise<FileResource> {
  const { hub, name, signal } = options;
  const created = await hub.send('/api/uploads', {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(size), 'upload-metadata': `filename ${Buffer.from(name).toString('base64')}` },
    ...(signal && { signal }),
  });
  const location = new URL(created.headers.get('location') ?? '', `${hub.url}/api/uploads`).pathname;
  const hasher = new LocalHash();
  try {
    const fileId = await sendParts(options, location, size, hasher);
    const file = await hub.json(`/api/files/${encodeURIComponent(fileId)}`, fileSchema);
    if (file.sha256 === hasher.hex()) return file;
    await hub.send(`/api/files/${encodeURIComponent(fileId)}`, { method: 'DELETE' });
    throw new CommandError(say(`${options.path} changed while it was sent; nothing was kept`, `${options.path} cambió durante el envío; no se guardó nada`));
  } catch (error) {
    // Nobody goes on with it: the hub need not keep the half until it expires.
    if (signal?.aborted) await hub.sendRaw(location, { method: 'DELETE', headers: tus }).catch(() => undefined);
    throw error;
  }
}

/** Sends until the hub has all; answers the id of the file. */
async function sendParts({ hub, path, onProgress, signal }: UploadOptions, location: string, size: number, hasher: LocalHash): Promise<string> {
  let offset = 0;
  for (let attempt = 0; ; attempt++) {
    const response = await hub
      .sendRaw(location, {
        method: 'PATCH',
        headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        body: read(path, offset, size, hasher, onProgress),
        ...(signal && { signal }),
      })
      .catch((error: unknown) => broken(error, signal));
    const fileId = response?.headers.get('relevo-file-id');
    if (response?.ok && fileId) return fileId;
    if (response && !response.ok && !isPassing(response.status)) throw await refusal(response);
    await response?.body?.cancel();

    const reached = await askOffset(hub, location, signal);
    if (reached?.fileId) return reached.fileId;
    if (reached && reached.offset > offset) attempt = 0;
    if (attempt >= attemptsMax)
      throw new CommandError(say('The connection to the hub broke too often', 'La conexión con el hub se interrumpió demasiadas veces'), exitCodes.unreachable);
    offset = reached?.offset ?? offset;
    onProgress(offset);
    await Bun.sleep(backoffDelay(attempt, retryDelay));
  }
}

/** Where the upload stands; undefined when the hub cannot say now. */
async function askOffset(hub: HubClient, location: string, signal: AbortSignal | undefined): Promise<{ offset: number; fileId: string | null } | undefined> {
  const response = await hub.sendRaw(location, { method: 'HEAD', headers: tus, ...(signal && { signal }) }).catch((error: unknown) => broken(error, signal));
  if (!response || isPassing(response.status)) return undefined;
  if (!response.ok) throw new CommandError(say(`The upload is gone (HTTP ${response.status})`, `El envío ya no existe (HTTP ${response.status})`));
  return { offset: Number(response.headers.get('upload-offset')), fileId: response.headers.get('relevo-file-id') };
}

/** A connection that broke is tried again; an interruption is not. */
function broken(error: unknown, signal: AbortSignal | undefined): undefined {
  if (signal?.aborted) throw new CommandError(say('Interrupted', 'Interrumpido'), exitCodes.interrupted);
  if (error instanceof CommandError && error.exitCode === exitCodes.unreachable) return undefined;
  throw error;
}

/** Statuses after which the same request may succeed: the upload moved on, is locked by a dead connection, or the hub restarts. */
function isPassing(status: number): boolean {
  return [409, 423, 429, 502, 503, 504].includes(status);
}

async function* read(path: string, offset: number, size: number, hasher: LocalHash, onProgress: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let position = offset;
  for await (const chunk of Bun.file(path).slice(offset, size).stream()) {
    hasher.update(position, chunk);
    position += chunk.byteLength;
    yield chunk;
    onProgress(position);
  }
}

/** SHA-256 of the file as it was read, whichever parts are read again. */
class LocalHash {
  readonly #hasher = new Bun.CryptoHasher('sha256');
  #position = 0;

  update(position: number, chunk: Uint8Array): void {
    const known = this.#position - position;
    if (known >= chunk.byteLength) return;
    this.#hasher.update(chunk.subarray(known));
    this.#position += chunk.byteLength - known;
  }

  hex(): string {
    return this.#hasher.copy().digest('hex');
  }
}

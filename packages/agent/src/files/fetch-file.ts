// The task that fetches a file of the hub into the folder; run again after a crash, it goes on from what is verified.
import { type FileHandle, open } from 'node:fs/promises';
import { backoffDelay, type FetchFileTask, fetchFileTaskSchema, type Manifest, parseFileName, type StepText, type TransferBound } from '@relevo/protocol';
import type { Access } from '../hub-link/access.ts';
import type { HubRequests } from '../hub-link/hub-requests.ts';
import type { AgentSettings } from '../settings.ts';
import { type TaskContext, type TaskEnd, TaskFailure, type TaskHandler, TaskPutOff, taskHandler } from '../tasks/task-handler.ts';
import type { Bandwidth } from './bandwidth.ts';
import { type ChunkMap, createChunkMap } from './chunk-map.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { type Folder, partialFolderName } from './folder.ts';
import type { HeldFiles, NewFile } from './held-files.ts';
import type { KnownChunks } from './known-chunks.ts';
import type { Partial, Partials } from './partials.ts';
import type { RangeWorkers } from './range-workers.ts';
import { runTransfer } from './transfer.ts';
import { diskFailureOf, interruptionOf } from './transfer-faults.ts';
import type { WholeHashes } from './whole-hash.ts';

export interface FetchFileParts {
  settings: AgentSettings;
  access: Access;
  hub: HubRequests;
  folder: Folder;
  held: HeldFiles;
  known: KnownChunks;
  partials: Partials;
  workers: RangeWorkers;
  bandwidth: Bandwidth;
  hashes: WholeHashes;
}

/** How often it is told what an agent waits for that has not begun to fetch. */
const waitToldMs = 500;

export function fetchFile(parts: FetchFileParts): TaskHandler {
  return taskHandler<FetchFileTask>({
    schema: fetchFileTaskSchema,
    lane: ({ file }) => `file:${file.name}`,
    shares: () => ({ name: 'transfers', max: parts.settings.TRANSFERS_AT_ONCE_MAX }),
    title: ({ file }) => file.name,
    isTransfer: true,
    async run({ file }, context) {
      try {
        return await fetchOnce(parts, file, context);
      } catch (error) {
        const failure = asFailure(error, context.signal);
        // Only what goes on later keeps its partial file.
        if (!(failure instanceof TaskPutOff)) await parts.partials.discard(context.taskId);
        throw failure;
      }
    },
  });
}

async function fetchOnce(parts: FetchFileParts, file: FetchFileTask['file'], context: TaskContext): Promise<TaskEnd> {
  const { settings, folder, held, known, partials } = parts;
  const { signal, taskId } = context;
  const placed: Omit<NewFile, 'source'> = { name: file.name, size: file.size, sha256: file.sha256, mediaType: file.media_type };
  const whole = { progress: 100, bytes: file.size, total_bytes: file.size };

  signal.throwIfAborted();
  refuseName(file.name);
  let partial = await partials.find(taskId);
  if (partial && (await wasPlaced(partial, file.name, folder))) {
    await hold(known, partial.manifest, (source) => held.confirm({ ...placed, source }, taskId));
    return { text: doneText(partial.copied, file.size), measures: whole };
  }
  if ((await held.find(file.name))?.sha256 === file.sha256) {
    await partials.discard(taskId);
    return { text: { code: 'delivery.already_there' }, measures: whole };
  }

  if (!partial) {
    await context.report({ code: 'delivery.starting' }, { bytes: 0, total_bytes: file.size });
    partial = await partials.begin(taskId, await manifestOf(parts, file, context));
  }
  const path = folder.partialPath(partial.file);
  const { handle, map } = await openPartial(path, partial);
  let copied = map.verifiedBytes > 0 ? partial.copied : 0;
  try {
    if (map.verifiedBytes > 0) {
      const measures = { progress: Math.floor((map.verifiedBytes / map.size) * 1000) / 10, bytes: map.verifiedBytes, total_bytes: map.size };
      await context.report({ code: 'delivery.resuming', values: { verified: map.verifiedBytes, total: map.size } }, measures);
    }
    const free = await folder.freeBytes();
    if (free < map.size - map.verifiedBytes + settings.FREE_SPACE_MIN_BYTES) throw new TaskFailure({ code: 'delivery.disk_full' });
    const url = `${settings.SERVER_URL}/api/agent/files/${encodeURIComponent(file.id)}/content`;
    const save = (verified: Uint8Array, bytes: number) => partials.save(taskId, verified, bytes);
    copied = await runTransfer({ ...parts, ...context, url, sha256: file.sha256, map, fd: handle.fd, copied, save });
    await partials.placing(taskId, String((await handle.stat({ bigint: true })).ino), map.bits(), copied);
  } finally {
    await handle.close();
  }
  await hold(known, partial.manifest, (source) => held.place({ ...placed, source }, path, taskId));
  return { text: doneText(copied, file.size), measures: whole };
}

/** Makes a file held, and what it consists of known to later ones. */
async function hold(known: KnownChunks, manifest: Manifest, place: (source: number | undefined) => Promise<unknown>): Promise<void> {
  const source = await known.write(manifest);
  await place(source).catch((error: unknown) => {
    // Nothing has those chunks under a name.
    known.settle(source);
    throw error;
  });
}

function doneText(copied: number, total: number): StepText {
  return copied > 0 ? { code: 'delivery.done_partly_sent', values: { copied, total } } : { code: 'delivery.done' };
}

/** The manifest, asked for until the hub gives it or says no for good. */
async function manifestOf({ hub, settings }: FetchFileParts, file: FetchFileTask['file'], { signal, report, tick }: TaskContext): Promise<Manifest> {
  let boundBy: TransferBound = 'hub';
  const onAnswer = () => {
    boundBy = 'network';
  };
  const limits = { maxBytes: settings.MANIFEST_MAX_BYTES, stallMs: settings.TRANSFER_STALL_MAX_MS, onAnswer };
  for (let attempt = 0; ; attempt += 1) {
    // A hub that has not cut the file into chunks yet does so before it answers.
    boundBy = 'hub';
    const waiting = setInterval(() => tick({ code: 'delivery.starting' }, { bytes: 0, total_bytes: file.size, bound_by: boundBy }), waitToldMs);
    try {
      return await fetchManifest(hub, file, limits, signal).finally(() => clearInterval(waiting));
    } catch (error) {
      signal.throwIfAborted();
      const { reason, retryAfterMs } = interruptionOf(error);
      const delay = Math.max(
        backoffDelay(attempt, { delayMinMs: settings.RECONNECT_DELAY_MIN_MS, delayMaxMs: settings.RECONNECT_DELAY_MAX_MS }),
        retryAfterMs ?? 0,
      );
      const text = { code: 'delivery.retrying', values: { reason: reason.slice(0, 300), seconds: Math.ceil(delay / 1000) } } as const;
      if (attempt === 0) await report(text);
      else tick(text, { bound_by: undefined });
      await abortableDelay(delay, signal);
    }
  }
}

/** Opens the partial file with what is verified of it; a file that is not there, or was cut, starts anew. */
async function openPartial(path: string, partial: Partial): Promise<{ handle: FileHandle; map: ChunkMap }> {
  const { manifest } = partial;
  const existing = await open(path, 'r+').catch(() => undefined);
  if (existing && (await existing.stat()).size === manifest.size) return { handle: existing, map: createChunkMap(manifest, partial.verified) };
  await existing?.close();
  const handle = await open(path, 'w+');
  await handle.truncate(manifest.size);
  return { handle, map: createChunkMap(manifest) };
}

/** After a crash: true when the rename to the file's name had happened, though nobody had written it down yet. */
async function wasPlaced(partial: Partial, name: string, folder: Folder): Promise<boolean> {
  if (partial.placingInode === undefined) return false;
  const found = await folder.look(name);
  return found !== undefined && String(found.ino) === partial.placingInode && found.size === BigInt(partial.manifest.size);
}

/** The hub checked the name already; a hub that did not must not reach beyond the folder. */
function refuseName(name: string): void {
  const parsed = parseFileName(name);
  if ('fault' in parsed || parsed.name === partialFolderName)
    throw new TaskFailure({ code: 'delivery.failed', values: { reason: 'the name of the file is not allowed here' } });
}

function asFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof TaskFailure) return error;
  // Whatever broke after the abort broke because of it.
  if (signal.aborted) return signal.reason;
  return diskFailureOf(error);
}

function abortableDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

// Resumable uploads over tus 1.0 at /api/uploads: everything the hub knows of that protocol is in this folder.
import { type ErrorCode, errorCodes } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import { Server } from '@tus/server';
import type { HubDatabase } from '../../database/database.ts';
import type { Caller } from '../../http/endpoint.ts';
import { refusedName } from '../file-rules.ts';
import type { Files } from '../files.ts';
import { checksumAlgorithms, readChecksum } from './upload-checksum.ts';
import { UploadLocks } from './upload-locks.ts';
import { UploadRows } from './upload-rows.ts';
import { type UploadRequest, UploadStore } from './upload-store.ts';

export interface TusUploadsOptions {
  db: HubDatabase;
  files: Files;
  /** Unfinished uploads live in `uploads/` below it. */
  dataDir: string;
  settings: { FILE_SIZE_MAX_BYTES: number; UPLOAD_EXPIRY_MS: number; UPLOADS_PER_USER_MAX: number; PUBLIC_URL?: string | undefined };
  log: Log;
}

export interface TusUploads {
  /** Answers any request at `/api/uploads` or below it. */
  handle(request: Request, caller: Caller): Promise<Response>;
  /** Ends the work in the background. */
  stop(): void;
}

const uploadsPath = '/api/uploads';
const tusVersion = '1.0.0';
/** Says which file a finished upload became. */
const fileIdHeader = 'relevo-file-id';
/** How long a request may go on once another one wants the same upload, milliseconds: the client that lost its connection is back. */
const letGoMs = 250;
/** How often expired uploads are looked for, milliseconds; oftener when they expire sooner. */
const expiryCheckMaxMs = 60 * 60_000;

/** Opens the uploads, finishing in the background those that a crash left whole. */
export async function tusUploads({ db, files, dataDir, settings, log }: TusUploadsOptions): Promise<TusUploads> {
  const rows = new UploadRows(db);
  const locks = new UploadLocks();
  const expiryMs = settings.UPLOAD_EXPIRY_MS;
  const store = await UploadStore.open({ dataDir, files, rows, log, expiryMs, uploadsPerUserMax: settings.UPLOADS_PER_USER_MAX });
  const publicPath = settings.PUBLIC_URL === undefined ? '' : new URL(settings.PUBLIC_URL).pathname.replace(/\/+$/, '');
  const refusals = new WeakMap<Request, unknown>();

  const server = new Server({
    path: uploadsPath,
    datastore: store,
    locker: locks,
    lockDrainTimeout: letGoMs,
    // A path, without host: right behind any proxy, also one that puts the hub below a path of its own.
    generateUrl: (_request, { path, id }) => `${publicPath}${path}/${id}`,
    maxSize: settings.FILE_SIZE_MAX_BYTES,
    // Nobody from another site: only the hub's own pages and programs upload.
    allowedOrigins: [],
    namingFunction: () => crypto.randomUUID(),
    async onIncomingRequest(request, id) {
      if (request.method === 'POST') return;
      const row = await store.find(id);
      if (row.owner_id !== store.request.getStore()?.ownerId) throw new ProblemError('not_found', 'There is no such upload');
    },
    async onUploadCreate(request, upload) {
      files.takeName(filenameOf(request.headers));
      return { metadata: upload.metadata };
    },
    async onUploadFinish(_request, upload) {
      await store.finish(upload.id);
      return {};
    },
    onResponseError(request, error) {
      refusals.set(request as Request, error);
      return { status_code: 500, body: '' };
    },
  });

  const clock = setInterval(() => void removeExpired().catch(failed('upload_expiry_failed')), Math.min(expiryMs, expiryCheckMaxMs));
  clock.unref();

  function failed(event: string) {
    return (error: unknown) => log.warn({ event, err: error }, 'the work on unfinished uploads in the background failed');
  }

  /** A refusal of what the bytes are has removed the upload already. */
  async function removeRefused(id: string): Promise<void> {
    if (await rows.find(id)) await store.remove(id).catch(failed('upload_removal_failed'));
  }

  async function removeExpired(): Promise<void> {
    for (const id of await rows.createdBefore(new Date(Date.now() - expiryMs))) {
      await locked(id, () => store.remove(id)).catch((error: unknown) =>
        log.warn({ event: 'upload_expiry_failed', upload_id: id, error: String(error) }, 'an expired upload stays'),
      );
    }
  }

  async function locked(id: string, work: () => Promise<unknown>): Promise<void> {
    const lock = locks.newLock(id);
    await lock.lock(AbortSignal.timeout(expiryCheckMaxMs), () => undefined);
    try {
      await work();
    } finally {
      await lock.unlock();
    }
  }

  async function finishWhole(): Promise<void> {
    for (const { id } of await rows.unfinished()) {
      const request = { ownerId: 0, checksum: undefined, createdId: undefined, fileId: undefined };
      await locked(id, () => store.request.run(request, () => store.getUpload(id))).catch((error: unknown) =>
        log.warn({ event: 'upload_recovery_failed', upload_id: id, error: String(error) }, 'an upload could not be gone on with'),
      );
    }
  }

  await removeExpired();
  void finishWhole().catch(failed('upload_recovery_failed'));

  return {
    async handle(given, caller) {
      const request = overridden(given);
      refuseForm(request);
      const context: UploadRequest = { ownerId: caller.userId, checksum: readChecksum(request.headers), createdId: undefined, fileId: undefined };
      const response = await store.request.run(context, () => server.handleWeb(request));
      // Bytes that came with the creation were refused: nobody is told where the upload is, so nobody could go on with it or end it.
      if (context.createdId !== undefined && response.status >= 400) await removeRefused(context.createdId);
      return finished(response, refusals.get(request), context.fileId);
    },
    stop() {
      clearInterval(clock);
    },
  };
}

/** tus 1.0: "The X-HTTP-Method-Override request header MUST be … interpreted as the request's method by the Server, if the header is presented." */
function overridden(request: Request): Request {
  const method = request.headers.get('x-http-method-override')?.toUpperCase();
  return request.method === 'POST' && (method === 'PATCH' || method === 'DELETE') ? new Request(request, { method }) : request;
}

/**
 * What the library lets pass, or refuses in another way than tus 1.0 says.
 * @throws ProblemError `method_not_allowed`, `precondition_failed`, `content_unsupported`
 */
function refuseForm({ method, headers }: Request): void {
  if (method === 'OPTIONS') return;
  if (method === 'GET') throw new ProblemError('method_not_allowed', 'Download the file, not its upload', { headers: { allow: 'HEAD, POST, PATCH, DELETE' } });
  // "it MUST respond with the 412 Precondition Failed status and MUST include the Tus-Version header into the response."
  if (headers.get('tus-resumable') !== tusVersion) {
    throw new ProblemError('precondition_failed', `Tus-Resumable: this hub speaks ${tusVersion}`, {
      headers: { 'tus-resumable': tusVersion, 'tus-version': tusVersion },
    });
  }
  // "All PATCH requests MUST use Content-Type: application/offset+octet-stream, otherwise the server SHOULD return a 415 Unsupported Media Type status."
  if (method === 'PATCH' && headers.get('content-type')?.toLowerCase() !== 'application/offset+octet-stream') {
    throw new ProblemError('content_unsupported', 'Send a part as application/offset+octet-stream', { headers: { 'tus-resumable': tusVersion } });
  }
}

/** The library decodes metadata loosely; a name is taken as it was meant or not at all. */
function filenameOf(headers: Headers): string {
  const entry = (headers.get('upload-metadata') ?? '').split(',').find((pair) => pair.trim().startsWith('filename '));
  if (entry === undefined) throw refusedName('empty');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(entry.trim().slice('filename '.length), 'base64'));
  } catch {
    throw refusedName('not_unicode');
  }
}

const codesByStatus: Record<number, ErrorCode> = {
  400: 'invalid_request',
  403: 'invalid_request',
  404: 'not_found',
  409: 'upload_offset_mismatch',
  410: 'upload_expired',
  412: 'precondition_failed',
  413: 'file_too_large',
  501: 'invalid_request',
};

/** Adds what the library leaves out, and puts its refusals in the form of all others. @throws what nobody foresaw, as it was thrown */
function finished(response: Response, error: unknown, fileId: string | undefined): Response {
  const problem = error === undefined ? problemOf(response.status) : asProblem(error);
  const headers = new Headers(response.headers);
  for (const name of [...headers.keys()]) if (name.startsWith('access-control-')) headers.delete(name);
  if (headers.has('tus-extension')) headers.set('tus-checksum-algorithm', checksumAlgorithms.join(','));
  if (!problem) {
    if (fileId !== undefined) headers.set(fileIdHeader, fileId);
    return new Response(response.body, { status: response.status, headers });
  }
  const refusal = problem.toResponse();
  headers.delete('content-length');
  for (const [name, value] of refusal.headers) headers.set(name, value);
  return new Response(refusal.body, { status: refusal.status, headers });
}

function problemOf(status: number, detail?: string): ProblemError | undefined {
  if (status < 400) return undefined;
  const code = codesByStatus[status] ?? 'internal';
  return new ProblemError(code, detail ?? errorCodes[code].title);
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const { status_code: status, body } = error as { status_code?: number; body?: string };
  const problem = status === undefined ? undefined : problemOf(status, body?.trim());
  if (!problem) throw error;
  return problem;
}

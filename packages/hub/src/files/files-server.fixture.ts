// A hub with nothing but its files, on a real socket: for the tests of this folder, in their own process or in one they can kill.
import { createLog } from '@relevo/runtime';
import { AuditLog } from '../audit/audit-log.ts';
import { openHubDatabase } from '../database/database.ts';
import type { Caller } from '../http/endpoint.ts';
import { createRouter, type Route } from '../http/router.ts';
import { deleteFile } from './delete-file.ts';
import { anyOwner } from './file-access.ts';
import { fileContent } from './file-content.ts';
import { fileManifest } from './file-manifest.ts';
import { createFiles, type Files, type FilesSettings } from './files.ts';
import { getFile } from './get-file.ts';
import { listFiles } from './list-files.ts';
import { tusEndpoint } from './tus/tus-endpoint.ts';
import { tusUploads } from './tus/tus-uploads.ts';
import { uploadFile } from './upload-file.ts';

export interface FilesServerSettings extends FilesSettings {
  UPLOAD_EXPIRY_MS: number;
  UPLOADS_PER_USER_MAX: number;
  PUBLIC_URL?: string;
}

export interface FilesServer {
  url: string;
  files: Files;
  stop(): Promise<void>;
}

const defaults: FilesServerSettings = {
  FILE_SIZE_MAX_BYTES: 64 * 1024 ** 3,
  USER_QUOTA_BYTES: 1024 ** 4,
  REFUSED_EXTENSIONS: [],
  REFUSED_MEDIA_TYPES: [],
  UPLOAD_EXPIRY_MS: 3_600_000,
  UPLOADS_PER_USER_MAX: 100,
};

/** Whoever asks says who they are, as `x-caller: 1` or `x-caller: 1 admin`; agents say `x-agent`. */
export async function serveFiles(dataDir: string, given: Partial<FilesServerSettings> = {}): Promise<FilesServer> {
  const settings = { ...defaults, ...given };
  const log = createLog({ level: 'silent', format: 'json', service: 'hub' });
  const { db } = await openHubDatabase(dataDir);
  const files = await createFiles({ db, settings, dataDir, log });
  const uploads = await tusUploads({ db, files, dataDir, settings, log });
  const routes: Route[] = [
    ['GET', '/api/files', 'user', listFiles(files)],
    ['POST', '/api/files', 'user', uploadFile(files)],
    ['GET', '/api/files/{id}', 'user', getFile(files)],
    ['GET', '/api/files/{id}/content', 'user', fileContent(files)],
    ['GET', '/api/files/{id}/manifest', 'user', fileManifest(files)],
    ['DELETE', '/api/files/{id}', 'user', deleteFile(files, new AuditLog(db, 86_400_000))],
    ['OPTIONS', '/api/uploads', 'public', tusEndpoint(uploads)],
    ['POST', '/api/uploads', 'user', tusEndpoint(uploads)],
    ['GET', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    ['POST', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    ['PATCH', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    ['DELETE', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    ['GET', '/api/agent/files', 'agent', listFiles(files, { scope: 'everybody' })],
    ['GET', '/api/agent/files/{id}/content', 'agent', fileContent(files, anyOwner)],
  ];
  const gate = { person: async (request: Request) => callerOf(request), agent: async () => 'agent-1' };
  const router = createRouter({ routes, gate, log, publicUrl: undefined, jsonBodyMaxBytes: 1024, draining: () => false, onError: () => undefined });
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    idleTimeout: 120,
    fetch: (request) => router(request, { requestId: 'r', clientAddress: '' }),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    files,
    async stop() {
      await server.stop(true);
      uploads.stop();
      files.stop();
      await db.destroy();
    },
  };
}

function callerOf(request: Request): Caller | undefined {
  const match = /^(\d+)( admin)?$/.exec(request.headers.get('x-caller') ?? '');
  if (!match) return undefined;
  return { userId: Number(match[1]), email: 'a@example.org', name: 'A', role: match[2] ? 'admin' : 'user', permissions: [] };
}

if (import.meta.main) {
  const [dataDir = '', settings = '{}'] = process.argv.slice(2);
  const { url } = await serveFiles(dataDir, JSON.parse(settings) as Partial<FilesServerSettings>);
  process.stdout.write(`${url}\n`);
}

// What the tests of files do over and over: a place on disk, a server on it, requests in somebody's name.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileResource, fileSchema, type Problem, problemSchema } from '@relevo/protocol';
import { type FilesServer, type FilesServerSettings, serveFiles } from './files-server.fixture.ts';

export interface TestHub extends FilesServer {
  dataDir: string;
  /** A request in the name of `caller`, user 1 when absent. */
  ask(path: string, init?: RequestInit & { caller?: string }): Promise<Response>;
  /** Uploads in one request and expects it to be taken. */
  put(name: string, body: BodyInit, caller?: string): Promise<FileResource>;
  /** Everything on disk that holds bytes: what is received, what is kept, what is being resumed. */
  onDisk(): Promise<{ incoming: string[]; blobs: string[]; uploads: string[] }>;
  close(): Promise<void>;
}

export async function openTestHub(settings: Partial<FilesServerSettings> = {}): Promise<TestHub> {
  const dataDir = await makeDataDir();
  const server = await serveFiles(dataDir, settings);
  const ask: TestHub['ask'] = (path, init = {}) => askAs(server.url, path, init);
  return {
    ...server,
    dataDir,
    ask,
    async put(name, body, caller = '1') {
      const response = await ask(`/api/files?name=${encodeURIComponent(name)}`, { method: 'POST', body, caller });
      if (response.status !== 201) throw new Error(`upload answered ${response.status}: ${await response.text()}`);
      return fileSchema.parse(await response.json());
    },
    onDisk: () => whatIsOnDisk(dataDir),
    async close() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'relevo-files-'));
}

export function askAs(url: string, path: string, { caller = '1', ...init }: RequestInit & { caller?: string } = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('x-caller', caller);
  return fetch(`${url}${path}`, { ...init, headers });
}

export async function whatIsOnDisk(dataDir: string): Promise<{ incoming: string[]; blobs: string[]; uploads: string[] }> {
  const names = async (folder: string) => (await readdir(join(dataDir, folder), { recursive: true }).catch(() => [])).sort();
  const blobs = await names('blobs');
  return { incoming: await names('incoming'), blobs: blobs.filter((name) => name.length > 2).map((name) => name.slice(3)), uploads: await names('uploads') };
}

/** The refusal in a response, checked for its form. */
export async function problemOf(response: Response): Promise<Problem & Record<string, unknown>> {
  if (response.headers.get('content-type') !== 'application/problem+json') throw new Error(`${response.status} is no problem document`);
  const problem = problemSchema.parse(await response.json());
  if (problem.status !== response.status) throw new Error('the document speaks of another status');
  return problem;
}

export function sha256Of(bytes: string | Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
}

/** Bytes that look random and are the same each time; `seed` makes others. */
export function someBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed >>> 0 || 1;
  for (let index = 0; index < words.length; index++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** Waits for a fact that has no event, such as one about the disk; the runner's own limit ends what never comes true. */
export async function eventually(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setImmediate(resolve));
}

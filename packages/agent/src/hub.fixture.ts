// A small hub for the tests of the agent: real sockets, the protocol's own schemas, and every misbehaviour on demand.
import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import {
  type AgentReport,
  type AgentToHub,
  accessTokenCookie,
  agentToHubSchema,
  challengeSchema,
  enrolmentSchema,
  type HubToAgent,
  parseBearer,
  proofOfPossession,
  tokenRequestSchema,
} from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { ServerWebSocket } from 'bun';

export interface HubFile {
  id: string;
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

type Answer = (request: Request, usual: () => Response | Promise<Response>) => Response | Promise<Response>;

const chunkBytes = 64 * 1024;
const factTimeoutMs = 50_000;

export class FakeHub {
  static readonly apiKey = 'enrol-me';

  /** Every message the agent sent, in order. */
  readonly messages: AgentToHub[] = [];
  /** Reports as a hub would journal them: each number once. */
  readonly journal: AgentReport[] = [];
  readonly enrolments: string[] = [];
  /** Tokens given, in order. */
  readonly tokens: string[] = [];
  readonly upgrades: string[] = [];
  readonly deliveriesAsked: string[] = [];
  /** Bytes of content sent. */
  bytesServed = 0;
  ackedSeq = 0;
  status: 'approved' | 'pending' | 'revoked' = 'approved';
  acknowledges = true;
  heartbeatMs = 200;
  silent = false;
  tokenLifeMs = 600_000;
  /** Lengths of the chunks a file is cut into. */
  cut: (bytes: Uint8Array) => number[] = cutEvenly;
  /** Takes the place of the usual answer. */
  onContent: Answer = (_request, usual) => usual();
  onManifest: Answer = (_request, usual) => usual();
  onUpgrade: () => Response | undefined = () => undefined;

  readonly #files = new Map<string, HubFile>();
  readonly #agents = new Map<string, string>();
  readonly #nonces = new Set<string>();
  readonly #queue: { seq: number; task_id: string; task: { kind: string; [member: string]: unknown } }[] = [];
  readonly #watchers = new Set<() => void>();
  #taskSeq = 0;
  #server: ReturnType<typeof Bun.serve> | undefined;
  #socket: ServerWebSocket<unknown> | undefined;
  #port = 0;

  start(): this {
    this.#server = Bun.serve({
      port: this.#port,
      hostname: '127.0.0.1',
      development: false,
      idleTimeout: 0,
      fetch: async (request, server) => {
        try {
          return await this.#answer(request, server);
        } catch (error) {
          if (error instanceof ProblemError) return error.toResponse();
          throw error;
        }
      },
      websocket: {
        open: (socket) => {
          this.#socket = socket;
          this.#tell();
        },
        message: (socket, text) => this.#received(socket, String(text)),
        close: (socket) => {
          if (this.#socket === socket) this.#socket = undefined;
          this.#tell();
        },
      },
    });
    this.#port = this.#server.port ?? 0;
    return this;
  }

  /** Goes away as a killed process does; `start` brings it back on the same port. */
  async stop(): Promise<void> {
    await this.#server?.stop(true);
    this.#server = undefined;
    this.#socket = undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  addFile(bytes: Uint8Array<ArrayBuffer>, name = 'file.bin', id = randomUUID().slice(0, 8)): HubFile {
    const file = { id, name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
    this.#files.set(id, file);
    return file;
  }

  removeFile(id: string): void {
    this.#files.delete(id);
  }

  /** Forgets every agent, as a hub with a new database. */
  forgetAgents(): void {
    this.#agents.clear();
    this.#taskSeq = 0;
    this.ackedSeq = 0;
  }

  give(task: { kind: string; [member: string]: unknown }, taskId: string = randomUUID()): string {
    this.#taskSeq += 1;
    const entry = { seq: this.#taskSeq, task_id: taskId, task };
    this.#queue.push(entry);
    this.send({ type: 'task', ...entry });
    return taskId;
  }

  deliver(file: HubFile, taskId?: string): string {
    const { id, name, sha256, bytes } = file;
    return this.give({ kind: 'file.fetch', file: { id, name, sha256, size: bytes.length, media_type: 'application/octet-stream' } }, taskId);
  }

  /** Sends the same task once more, as a hub that did not hear `received`. */
  repeat(taskId: string): void {
    const entry = this.#queue.find((queued) => queued.task_id === taskId);
    if (entry) this.send({ type: 'task', ...entry });
  }

  send(message: HubToAgent): void {
    this.#socket?.send(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.#socket?.send(text);
  }

  closeSocket(code: number, reason = ''): void {
    this.#socket?.close(code, reason);
  }

  /** The end that the agent reported for a task; waits for it. */
  async end(taskId: string): Promise<Extract<AgentReport, { type: 'task_report' }>> {
    await this.until(() => this.#ends(taskId).length > 0);
    const [end] = this.#ends(taskId);
    if (!end) throw new Error('an end was waited for');
    return end;
  }

  #ends(taskId: string): Extract<AgentReport, { type: 'task_report' }>[] {
    return this.journal.filter((report) => report.type === 'task_report').filter((report) => report.task_id === taskId && report.status !== 'in_progress');
  }

  reports(taskId: string): Extract<AgentReport, { type: 'task_report' }>[] {
    return this.journal.filter((report) => report.type === 'task_report').filter((report) => report.task_id === taskId);
  }

  /** Resolves when the fact holds; looks again after everything that happens here. */
  async until(fact: () => boolean, what = fact.toString()): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (fact()) resolve();
    };
    const timer = setTimeout(() => reject(new Error(`waited in vain for: ${what}`)), factTimeoutMs);
    this.#watchers.add(look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  #tell(): void {
    for (const look of this.#watchers) look();
  }

  async #answer(request: Request, server: Bun.Server<unknown>): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case '/api/agent/enroll':
        return this.#enrol(request);
      case '/api/agent/challenge':
        return this.#challenge(challengeSchema.parse(await request.json()).agent_id);
      case '/api/agent/token':
        return this.#token(request);
      case '/ws':
        return this.#upgrade(request, server);
    }
    const token = parseBearer(request.headers.get('authorization'));
    if (token === undefined || !this.tokens.includes(token)) throw new ProblemError('token_invalid');
    if (pathname === '/api/agent/files') {
      const files = [...this.#files.values()].map(({ id, name, sha256, bytes }) => ({ id, name, sha256, size: bytes.length }));
      return Response.json({ files, next_cursor: null });
    }
    if (pathname === '/api/agent/deliveries') {
      const { file_id } = (await request.json()) as { file_id: string };
      if (!this.#files.has(file_id)) throw new ProblemError('not_found', 'There is no such file');
      this.deliveriesAsked.push(file_id);
      return Response.json({ operation_id: `op-${file_id}` }, { status: 202 });
    }
    const match = /^\/api\/agent\/files\/([^/]+)\/(manifest|content)$/.exec(pathname);
    const file = this.#files.get(match?.[1] ?? '');
    if (match?.[2] === 'manifest') return this.onManifest(request, () => manifestOf(this.#found(file), this.cut));
    return this.onContent(request, () => this.#content(request, this.#found(file)));
  }

  #found(file: HubFile | undefined): HubFile {
    if (!file) throw new ProblemError('not_found', 'There is no such file');
    return file;
  }

  #content(request: Request, { bytes, sha256 }: HubFile): Response {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '');
    if (request.headers.get('if-match') !== `"${sha256}"`) throw new ProblemError('precondition_failed');
    if (!range) return new Response(bytes);
    const start = Number(range[1]);
    const end = Math.min(bytes.length, Number(range[2]) + 1);
    this.bytesServed += end - start;
    return new Response(bytes.slice(start, end), {
      status: 206,
      headers: { etag: `"${sha256}"`, 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` },
    });
  }

  async #enrol(request: Request): Promise<Response> {
    if (parseBearer(request.headers.get('authorization')) !== FakeHub.apiKey) throw new ProblemError('token_invalid', 'the enrolment secret is not valid');
    const { public_key, name } = enrolmentSchema.parse(await request.json());
    this.enrolments.push(name);
    const known = [...this.#agents].find(([, key]) => key === public_key)?.[0];
    const agent_id = known ?? `agent-${randomUUID().slice(0, 8)}`;
    this.#agents.set(agent_id, public_key);
    return Response.json({ agent_id, status: this.status === 'approved' ? 'approved' : 'pending' });
  }

  #challenge(agentId: string): Response {
    const nonce = `${agentId}.${randomUUID()}`;
    this.#nonces.add(nonce);
    return Response.json({ nonce });
  }

  async #token(request: Request): Promise<Response> {
    const { agent_id, nonce, signature } = tokenRequestSchema.parse(await request.json());
    const x = this.#agents.get(agent_id);
    if (x === undefined) throw new ProblemError('agent_unknown');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const isProven = this.#nonces.delete(nonce) && verify(null, Buffer.from(proofOfPossession(nonce)), key, Buffer.from(signature, 'base64url'));
    if (!isProven) throw new ProblemError('token_invalid');
    if (this.status === 'pending') throw new ProblemError('agent_pending');
    if (this.status === 'revoked') throw new ProblemError('agent_revoked');
    const token = `e30.${Buffer.from(randomUUID()).toString('base64url')}.sig`;
    this.tokens.push(token);
    this.#tell();
    return Response.json(
      { expires_in_ms: this.tokenLifeMs },
      { headers: { 'set-cookie': `${accessTokenCookie}=${token}; Path=/; HttpOnly; SameSite=Strict` } },
    );
  }

  #upgrade(request: Request, server: Bun.Server<unknown>): Response | undefined {
    const token = parseBearer(
      new Map(
        request.headers
          .get('cookie')
          ?.split('; ')
          .map((pair) => pair.split('=') as [string, string]),
      ).get(accessTokenCookie),
    );
    this.upgrades.push(token ?? '');
    this.#tell();
    const refused = this.onUpgrade();
    if (refused) return refused;
    if (token === undefined || !this.tokens.includes(token)) throw new ProblemError('token_invalid');
    server.upgrade(request, { data: undefined });
    return undefined;
  }

  #received(socket: ServerWebSocket<unknown>, text: string): void {
    const message = agentToHubSchema.parse(JSON.parse(text));
    this.messages.push(message);
    if (message.type === 'hello' && !this.silent) {
      const welcome: HubToAgent = { type: 'welcome', protocol: 1, agent_id: 'agent', name: 'agent', heartbeat_ms: this.heartbeatMs, acked_seq: this.ackedSeq };
      socket.send(JSON.stringify(welcome));
      for (const entry of this.#queue) if (entry.seq > message.received_seq) socket.send(JSON.stringify({ type: 'task', ...entry }));
    }
    if (message.type === 'heartbeat' && !this.silent) socket.send(JSON.stringify({ type: 'heartbeat' }));
    if ('seq' in message && message.type !== 'received') this.#journal(socket, message);
    this.#tell();
  }

  #journal(socket: ServerWebSocket<unknown>, report: AgentReport): void {
    if (!this.acknowledges) return;
    if (report.seq > this.ackedSeq) this.journal.push(report);
    this.ackedSeq = Math.max(this.ackedSeq, report.seq);
    socket.send(JSON.stringify({ type: 'acked', seq: this.ackedSeq }));
  }
}

function manifestOf({ bytes, sha256 }: HubFile, cut: FakeHub['cut']): Response {
  const chunks: [number, string][] = [];
  const xxh3: string[] = [];
  let start = 0;
  for (const length of cut(bytes)) {
    const chunk = bytes.subarray(start, start + length);
    chunks.push([length, createHash('sha256').update(chunk).digest('hex')]);
    xxh3.push(Bun.hash.xxHash3(chunk).toString(16).padStart(16, '0'));
    start += length;
  }
  return Response.json({ sha256, size: bytes.length, chunks, xxh3 });
}

function cutEvenly({ length }: Uint8Array): number[] {
  return Array.from({ length: Math.ceil(length / chunkBytes) }, (_, index) => Math.min(chunkBytes, length - index * chunkBytes));
}

/** Cuts where the content says so, as the real hub does, but into small pieces: 1 to 8 KiB. */
export function cutByContent(bytes: Uint8Array): number[] {
  const lengths: number[] = [];
  let [start, hash] = [0, 0];
  for (let end = 1; end <= bytes.length; end += 1) {
    hash = (Math.imul(hash, 2) + Math.imul((bytes[end - 1] ?? 0) + 1, 0x9e3779b1)) | 0;
    const length = end - start;
    if (end < bytes.length && (length < 1024 || (length < 8192 && hash >>> 21 !== 0))) continue;
    lengths.push(length);
    [start, hash] = [end, 0];
  }
  return lengths;
}

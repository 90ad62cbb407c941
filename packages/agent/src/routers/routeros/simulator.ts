// A played RouterOS v7 router, written from the vendor's documentation of its REST interface. For tests, benches and trying out; it is no
// device, and what a device does beyond that documentation it does not know.
import { createHash, X509Certificate } from 'node:crypto';
import { type SimulatorRow, SimulatorTables, simulatedMenus } from './simulator-tables.ts';

export interface RouterOsSimulatorOptions {
  /** 0 picks a free one; it is kept over a reboot. */
  port?: number;
  hostname?: string;
  username?: string;
  password?: string;
  /** PEM: HTTPS as `www-ssl`, else HTTP as `www`. */
  tls?: { key: string; cert: string };
  identity?: string;
  /** "If a command takes longer than 60 seconds, the session is closed." Milliseconds. */
  sessionMaxMs?: number;
}

/** A customer's equipment that dials again whenever its session is cut. */
export interface PppClient {
  name: string;
  password: string;
  address: string;
}

/** What the router was asked, in order: `DELETE ppp/secret`. */
export interface AskedOf {
  method: string;
  /** Without the `.id`. */
  path: string;
}

type Answer = (request: Request, usual: () => Response) => Response | Promise<Response>;

export class RouterOsSimulator {
  readonly tables = new SimulatorTables();
  readonly asked: AskedOf[] = [];
  /** Takes the place of the usual answer: a fault on demand. */
  onRequest: Answer = (_request, usual) => usual();
  username: string;
  password: string;
  readonly #options: RouterOsSimulatorOptions;
  readonly #clients = new Map<string, PppClient>();
  #server: ReturnType<typeof Bun.serve> | undefined;
  #port: number;

  constructor(options: RouterOsSimulatorOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.username = options.username ?? 'admin';
    this.password = options.password ?? '';
    this.tables.onDoor = (name) => this.#redial(name);
  }

  /** Boots: every `.id` is another one than before, and the clients dial in. */
  start(): this {
    this.tables.renumber();
    const { tls } = this.#options;
    this.#server = Bun.serve({
      port: this.#port,
      hostname: this.#options.hostname ?? '127.0.0.1',
      development: false,
      idleTimeout: 0,
      ...(tls && { tls }),
      fetch: (request) => this.#answerInTime(request),
    });
    this.#port = this.#server.port ?? 0;
    for (const name of this.#clients.keys()) this.#redial(name);
    return this;
  }

  /** Loses its power: connections break, live sessions and what they brought are gone. `start` brings it back on its port. */
  async stop(): Promise<void> {
    await this.#server?.stop(true);
    this.#server = undefined;
    this.tables.dropDynamic();
  }

  get port(): number {
    return this.#port;
  }

  /** SHA-256 of its TLS public key, base64 without padding; null without TLS. */
  get pin(): string | null {
    if (!this.#options.tls) return null;
    const key = new X509Certificate(this.#options.tls.cert).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  }

  /** Adds an entry as a person would. */
  add(menu: string, row: SimulatorRow): void {
    this.tables.add(menu, row);
  }

  /** The entries of a menu, without their `.id`. */
  rows(menu: string): SimulatorRow[] {
    return this.tables.list(menu).map(({ '.id': _unstable, ...row }) => row);
  }

  /** A client dials in, and does so again whenever it is cut. False: its secret does not let it in now. */
  dial(client: PppClient): boolean {
    this.#clients.set(client.name, client);
    return this.#redial(client.name);
  }

  /** The client is switched off. */
  hangUp(name: string): void {
    this.#clients.delete(name);
    this.tables.cut(name);
  }

  #redial(name: string): boolean {
    const client = this.#clients.get(name);
    return client !== undefined && this.tables.dial(client);
  }

  async #answerInTime(request: Request): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const timer = setTimeout(() => resolve(problem(400, 'Session closed')), this.#options.sessionMaxMs ?? 60_000);
    // The body is read first, so that a fault on demand may come at any time after.
    const body = await request.text();
    Promise.resolve(this.onRequest(request, () => this.#answer(request, body))).then(resolve, () => resolve(problem(500, 'internal error')));
    return promise.finally(() => clearTimeout(timer));
  }

  #answer(request: Request, body: string): Response {
    const url = new URL(request.url);
    const expected = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    if (request.headers.get('authorization') !== expected) return Response.json({ error: 401, message: 'Unauthorized' }, { status: 401 });
    if (!url.pathname.startsWith('/rest/')) return problem(404);
    // Sources conflict on whether `*` stands raw or as %2A in an `.id`; both are taken.
    const parts = url.pathname.slice('/rest/'.length).split('/').map(decodeURIComponent);
    const id = parts.at(-1)?.startsWith('*') ? parts.pop() : undefined;
    this.asked.push({ method: request.method, path: parts.join('/') });
    const row = parseRow(body);
    if (row === undefined) return problem(400, 'Failed to parse json');
    switch (request.method) {
      case 'GET':
        return this.#print(parts.join('/'), id, Object.fromEntries(url.searchParams));
      case 'PUT':
        return this.#add(parts.join('/'), row);
      case 'PATCH':
        return this.#set(parts.join('/'), id, row);
      case 'DELETE':
        return this.#remove(parts.join('/'), id);
      case 'POST':
        return this.#command(parts.slice(0, -1).join('/'), parts.at(-1) ?? '', row);
      default:
        return problem(501);
    }
  }

  #print(menu: string, id: string | undefined, { '.proplist': members, ...filter }: SimulatorRow): Response {
    if (menu === 'system/identity') return Response.json({ name: this.#options.identity ?? 'Played router' });
    if (menu === 'system/resource') return Response.json({ 'board-name': 'simulator', platform: 'MikroTik', uptime: '1d', version: '7.16 (stable)' });
    if (!this.tables.has(menu)) return noSuchMenu(menu);
    const found = this.tables.list(menu).filter((row) => (id === undefined || row['.id'] === id) && this.tables.matches(row, filter));
    if (id !== undefined && found.length === 0) return problem(404);
    // "always includes .id", whatever the list of members says.
    const wanted = members === undefined ? undefined : ['.id', ...members.split(',')];
    const shown = found.map((row) => (wanted ? Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name))) : row));
    return Response.json(id === undefined ? shown : shown[0]);
  }

  #add(menu: string, row: SimulatorRow): Response {
    if (!this.tables.has(menu)) return noSuchMenu(menu);
    const fault = this.tables.faultOf(menu, row);
    if (fault !== undefined) return problem(400, fault);
    return Response.json(this.tables.add(menu, row), { status: 201 });
  }

  #set(menu: string, id: string | undefined, row: SimulatorRow): Response {
    if (!this.tables.has(menu)) return noSuchMenu(menu);
    const found = this.tables.find(menu, id);
    if (!found) return problem(404);
    if (found.dynamic === 'true') return problem(400, 'failure: can not change dynamic entry');
    this.tables.set(menu, found, row);
    return Response.json(found);
  }

  #remove(menu: string, id: string | undefined): Response {
    if (!this.tables.has(menu)) return noSuchMenu(menu);
    const found = this.tables.find(menu, id);
    if (!found) return problem(404);
    if (found.dynamic === 'true' && menu !== 'ip/dhcp-server/lease' && menu !== 'ip/firewall/address-list') {
      return problem(400, 'failure: can not remove dynamic entry');
    }
    this.tables.remove(menu, found);
    return new Response(null, { status: 204 });
  }

  /** "POST: Universal method to get access to all console commands." */
  #command(menu: string, command: string, { '.id': id, ...row }: SimulatorRow): Response {
    switch (command) {
      case 'print':
        return this.#print(menu, undefined, Object.fromEntries(Object.entries(row).filter(([name]) => name === '.proplist')));
      case 'add':
        return this.#add(menu, row);
      case 'set':
        return this.#set(menu, id, row);
      case 'remove':
        return this.#remove(menu, id);
      case 'disable':
      case 'enable':
        return this.#set(menu, id, { disabled: String(command === 'disable') });
      default:
        return problem(400, `no such command (${command})`);
    }
  }
}

function parseRow(body: string): SimulatorRow | undefined {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
  } catch {
    return undefined;
  }
}

const messages: Record<number, string> = { 400: 'Bad Request', 404: 'Not Found', 500: 'Internal Server Error', 501: 'Not Implemented' };

function problem(status: number, detail?: string): Response {
  return Response.json({ ...(detail !== undefined && { detail }), error: status, message: messages[status] }, { status });
}

/** Names the first part of the path that leads nowhere. */
function noSuchMenu(menu: string): Response {
  let path = '';
  for (const part of menu.split('/')) {
    path = path === '' ? part : `${path}/${part}`;
    if (!simulatedMenus.some((known) => known === path || known.startsWith(`${path}/`))) return problem(400, `no such command or directory (${part})`);
  }
  return problem(400, 'no such command');
}

// A hub of an ISP for tests: customers, a service, routers whose agent does what a test says, and an operator who may remove.
import { createSealingKey, type RouterEntry, type RouterTask } from '@relevo/protocol';
import { ScriptedAgent, type Task } from '../agents/scripted-agent.fixture.ts';
import { type Answer, type Asked, eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

export const routerPassword = 'the password of the router';

export interface MadeConnection {
  id_conexion: number;
  id_usuario: number;
  direccion_ip: string;
}

/** The agent beside the routers: takes their tasks, and reports as told. */
export class RouterAgent extends ScriptedAgent {
  readonly #taken = new Set<string>();
  #seen = 0;

  /** The next task of this kind that was not asked for before, about this connection or router when one is named. */
  async next<Kind extends RouterTask['kind']>(kind: Kind, connection?: number): Promise<Task & { task: Extract<RouterTask, { kind: Kind }> }> {
    const found = await this.socket?.next(
      ({ type, task_id, task }) =>
        type === 'task' && task.kind === kind && !this.#taken.has(task_id) && (connection === undefined || task.connection?.id_conexion === connection),
    );
    this.#taken.add(found.task_id);
    this.socket?.send({ type: 'received', seq: found.seq });
    return found;
  }

  /** True when no task of this kind about this connection waits to be taken. */
  hasNone(kind: string, connection: number): boolean {
    return !this.tasks().some(
      ({ task_id, task }) =>
        task.kind === kind && !this.#taken.has(task_id) && (task as { connection?: { id_conexion: number } }).connection?.id_conexion === connection,
    );
  }

  /** Closes its socket; resolves when the hub noticed. */
  async leave(): Promise<void> {
    this.socket?.close();
    await eventually(async () => (await this.status()) === 'offline');
  }

  /** Opens its socket again, also after the hub was away. */
  async comeBack(): Promise<void> {
    const seen = Math.max(0, ...this.tasks().map(({ seq }) => seq));
    this.#seen = Math.max(this.#seen, seen);
    await this.connect({ receivedSeq: this.#seen });
    await eventually(async () => (await this.status()) === 'online');
  }

  begin({ task_id }: Task, result?: object): Promise<void> {
    const text = { code: 'router.connecting' };
    return this.report({ type: 'task_report', task_id, status: 'in_progress', text, progress: 20, ...(result && { result }) });
  }

  end({ task_id }: Task, code: string, result?: object): Promise<void> {
    return this.report({ type: 'task_report', task_id, status: 'completed', text: { code }, ...(result && { result }) });
  }

  fail({ task_id }: Task, code: string, values: object = {}): Promise<void> {
    return this.report({ type: 'task_report', task_id, status: 'error', text: { code, values } });
  }

  /** Takes the removal of a connection, says what it found, and ends it. */
  async remove(connection: number, entries: readonly RouterEntry[] = secretOf('cliente')): Promise<Task> {
    const task = await this.next('router.remove', connection);
    await this.begin(task, { entries });
    await this.end(task, 'router.removed', { entries });
    return task;
  }
}

export interface IspHub {
  hub: TestHub;
  operator: Person;
  agent: RouterAgent;
  service: number;
  router: number;
  /** Makes a customer with one connection, on the router and with the service unless `members` say otherwise. */
  connect(members?: object): Promise<MadeConnection>;
  connection(id: number): Promise<Answer['body']>;
  /** Sends a POST as the operator. */
  ask(path: string, json?: object, headers?: Record<string, string>): Promise<Answer>;
  operation(id: string): Promise<Answer['body']>;
  stop(): Promise<void>;
}

export async function startIspHub(env: Record<string, string> = {}): Promise<IspHub> {
  const hub = await startTestHub(env);
  const operator = await hub.person('operadora@example.com');
  await must(hub.admin.send('PATCH', `/api/users/${operator.userId}`, { json: { permissions: ['isp:read', 'isp:write', 'isp:remove'] } }));
  const agent = new RouterAgent(hub, 'sede norte');
  agent.sealingKey = await createSealingKey();
  await agent.join();
  const { id_servicio } = (await must(operator.send('POST', '/api/servicios', { json: { nombre: 'Fibra 100', precio: 25 } }))).body;
  const { id_router } = (await must(operator.send('POST', '/api/routers', { json: routerOf(agent.id) }))).body;
  let count = 0;
  return {
    hub,
    operator,
    agent,
    service: id_servicio,
    router: id_router,
    async connect(members = {}) {
      count += 1;
      const { id_usuario } = (await must(operator.send('POST', '/api/clientes', { json: { nombre: `Cliente ${count}` } }))).body;
      const direccion_ip = `10.20.${count >> 8}.${(count % 254) + 1}`;
      const json = { id_usuario, direccion_ip, usuario_ppp: `cliente${count}`, id_router, id_servicio, ...members };
      return (await must(operator.send('POST', '/api/conexiones', { json }))).body;
    },
    connection: async (id) => (await must(operator.send('GET', `/api/conexiones/${id}`))).body,
    ask: (path, json = {}, headers = {}) => operator.send('POST', path, { json, headers }),
    operation: async (id) => (await must(operator.send('GET', `/api/operations/${id}`))).body,
    stop: () => hub.stop(),
  };
}

export function routerOf(agentId: string | null, members: object = {}) {
  const credentials = { username: 'relevo', password: routerPassword };
  return { nombre: `Router ${agentId}`, agent_id: agentId, tipo: 'routeros', host: '192.0.2.1', credentials, ...members };
}

export function secretOf(name: string): RouterEntry[] {
  return [{ kind: 'ppp/secret', label: `PPP secret ${name}`, name, values: { name, profile: 'default' }, sealed: 'sealed by the agent' }];
}

/** The header of an operation with this id. */
export function under(operationId: string, more: Asked['headers'] = {}): Record<string, string> {
  return { 'x-operation-id': operationId, ...more };
}

async function must(answer: Promise<Answer>): Promise<Answer> {
  const { status, body, headers } = await answer;
  if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return { status, body, headers };
}

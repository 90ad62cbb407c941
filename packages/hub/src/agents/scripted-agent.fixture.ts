// An agent that does what a test says: enrols, proves its key, opens its socket, takes tasks, reports.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { proofOfPossession, type SealingKey } from '@relevo/protocol';
import { type Answer, apiKey, type TestHub } from '../http/hub.fixture.ts';
import { openTestSocket, type TestSocket } from '../http/socket.fixture.ts';

export interface Task {
  type: 'task';
  seq: number;
  task_id: string;
  task: { kind: string; task_id?: string; name?: string; file?: { id: string; name: string; sha256: string } };
}

export class ScriptedAgent {
  readonly #hub: TestHub;
  readonly #privateKey: KeyObject;
  readonly #publicKey: string;
  readonly name: string;
  id = '';
  /** `acked_seq` of the last welcome. */
  ackedSeq = 0;
  /** What tasks with secrets are sealed to, when it has one. */
  sealingKey: SealingKey | undefined;
  socket: TestSocket | undefined;
  /** The last report's number. */
  seq = 0;

  constructor(hub: TestHub, name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#hub = hub;
    this.#privateKey = privateKey;
    this.#publicKey = publicKey.export({ format: 'jwk' }).x ?? '';
    this.name = name;
  }

  /** Enrols with `secret`; keeps the id it gets. */
  async enrol(secret: string = apiKey): Promise<Answer> {
    const json = { public_key: this.#publicKey, name: this.name, version: '1', platform: 'test' };
    const answer = await this.#hub.send('POST', '/api/agent/enroll', { json, headers: { authorization: `Bearer ${secret}` } });
    if (answer.status === 200) this.id = answer.body.agent_id;
    return answer;
  }

  /** Asks for an access token with a proof over `text`, the nonce unless a test says otherwise. */
  async prove(text?: (nonce: string) => string, agentId = this.id): Promise<Answer> {
    const { body } = await this.#hub.send('POST', '/api/agent/challenge', { json: { agent_id: this.id } });
    const signature = sign(null, Buffer.from(proofOfPossession(text ? text(body.nonce) : body.nonce)), this.#privateKey).toString('base64url');
    return this.#hub.send('POST', '/api/agent/token', { json: { agent_id: agentId, nonce: body.nonce, signature } });
  }

  async token(): Promise<string> {
    const [cookie = ''] = (await this.prove()).headers.getSetCookie();
    return /^access_token=([^;]+);/.exec(cookie)?.[1] ?? '';
  }

  /** Enrols, is approved, opens its socket and says hello. */
  async join(): Promise<this> {
    await this.enrol();
    await this.#hub.admin.send('PATCH', `/api/agents/${this.id}`, { json: { status: 'approved' } });
    await this.connect();
    return this;
  }

  /** Opens the socket and says hello; resolves when the hub welcomed. */
  async connect({ receivedSeq = 0, token }: { receivedSeq?: number; token?: string } = {}): Promise<TestSocket> {
    const socket = await openTestSocket(this.#hub.url, '/ws', { cookie: `access_token=${token ?? (await this.token())}` });
    this.socket = socket;
    const sealing_key = this.sealingKey?.publicKey;
    socket.send({ type: 'hello', protocol: 1, version: '1', platform: 'test', received_seq: receivedSeq, ...(sealing_key && { sealing_key }) });
    this.ackedSeq = (await socket.next(({ type }) => type === 'welcome')).acked_seq;
    return socket;
  }

  /** The task with this number of all that came over the present socket. */
  task(wanted: (task: Task['task']) => boolean): Promise<Task> {
    if (!this.socket) throw new Error('not connected');
    return this.socket.next((message) => message.type === 'task' && wanted(message.task));
  }

  tasks(): Task[] {
    return (this.socket?.messages ?? []).filter(({ type }) => type === 'task');
  }

  /** Sends a report with the next number; resolves when it is acknowledged. */
  async report(report: object): Promise<void> {
    this.seq += 1;
    const { seq } = this;
    this.socket?.send({ ...report, seq });
    await this.socket?.next((message) => message.type === 'acked' && message.seq >= seq);
  }

  async finish({ task_id }: Task, status: 'completed' | 'error' = 'completed', code = 'delivery.done'): Promise<void> {
    await this.report({ type: 'task_report', task_id, status: 'in_progress', text: { code: 'delivery.receiving' } });
    await this.report({ type: 'task_report', task_id, status, text: { code } });
  }

  async status(): Promise<string> {
    return (await this.#hub.admin.send('GET', `/api/agents/${this.id}`)).body.status;
  }
}

// Runs one task on a router without an agent around it: what it says is kept, nothing is written.
import { createSealingKey, type RouterTarget, type StepText, seal, unseal } from '@relevo/protocol';
import { createLog } from '@relevo/runtime';
import { type AgentSettings, readAgentSettings } from '../settings.ts';
import { type TaskEnd, TaskFailure, type TaskHandler, type TaskResult } from '../tasks/task-handler.ts';
import { impatient } from './router-bench.fixture.ts';
import { createRouterPool } from './router-pool.ts';
import type { RouterParts } from './router-session.ts';

export interface TaskRun {
  /** What it said, in order, the end included. */
  said: StepText[];
  status: 'completed' | 'error';
  code: string;
  result: TaskResult | undefined;
}

export interface TaskRoom {
  parts: RouterParts;
  seal(credentials: unknown): Promise<string>;
  run(handler: TaskHandler, target: Omit<RouterTarget, 'sealed_credentials'>, credentials: unknown, members?: Record<string, unknown>): Promise<TaskRun>;
}

export async function openTaskRoom(env: Record<string, string> = {}): Promise<TaskRoom> {
  const key = await createSealingKey();
  const settings: AgentSettings = readAgentSettings({ ...impatient, ROUTER_ATTEMPTS_MAX: '2', ...env });
  const parts: RouterParts = {
    settings,
    identity: { sealingKey: key.publicKey, unseal: (box) => unseal(box, key) },
    pool: createRouterPool(settings),
  };
  const sealed = (credentials: unknown) => seal(JSON.stringify(credentials), key.publicKey);
  return {
    parts,
    seal: sealed,
    async run(handler, target, credentials, members = {}) {
      const said: StepText[] = [];
      const context = {
        taskId: crypto.randomUUID(),
        told: undefined,
        signal: new AbortController().signal,
        log: createLog({ level: 'silent', format: 'json', service: 'agent' }),
        tick: () => undefined,
        report: async (text: StepText) => void said.push(text),
        say: (text: StepText) => void said.push(text),
      };
      try {
        const task = handler.schema.parse({ ...members, router: { ...target, sealed_credentials: await sealed(credentials) } });
        const end: TaskEnd = await handler.run(task, context);
        return { said: [...said, end.text], status: 'completed', code: end.text.code, result: end.result };
      } catch (error) {
        if (!(error instanceof TaskFailure)) throw error;
        return { said: [...said, error.text], status: 'error', code: error.text.code, result: undefined };
      }
    },
  };
}

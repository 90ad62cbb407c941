// One delivery, from the request to the completed event, as a watcher sees it.
import type { RunningAgent } from '@relevo/e2e/agent';
import { deliver } from '@relevo/e2e/deliveries';
import type { RunningHub } from '@relevo/e2e/hub';
import { cpuSeconds } from './measure.ts';

/** Seconds it took, and those of processor time of both. @throws when it does not complete */
export async function timedDelivery(hub: RunningHub, agent: RunningAgent, fileId: string): Promise<{ seconds: number; cpu: number }> {
  const cpuBefore = (await cpuSeconds(hub.pid)) + (await cpuSeconds(agent.pid));
  const started = performance.now();
  const id = await deliver(hub.admin, fileId, [agent.id]);
  const response = await hub.admin.send('GET', `/api/operations/${id}/events`);
  const events = await response.text();
  if (!events.includes('"state":"completed"')) throw new Error(`the delivery did not complete: ${events.slice(-500)}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, cpu: (await cpuSeconds(hub.pid)) + (await cpuSeconds(agent.pid)) - cpuBefore };
}

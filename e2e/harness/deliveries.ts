// Uploads, deliveries and their operations, as a person asks for them.
import type { FileResource, OperationResource } from '@relevo/protocol';
import type { Session } from './session.ts';
import { type UntilOptions, until } from './until.ts';

export async function upload(session: Session, name: string, body: BodyInit): Promise<FileResource> {
  return session.ask('POST', `/api/files?name=${encodeURIComponent(name)}`, { body });
}

/** Resolves to the operation's id. */
export async function deliver(session: Session, fileId: string, agentIds: readonly string[], operationId?: string): Promise<string> {
  const headers: Record<string, string> = operationId === undefined ? {} : { 'x-operation-id': operationId };
  return (await session.ask('POST', '/api/deliveries', { json: { file_id: fileId, agent_ids: agentIds }, headers })).operation_id;
}

export function operation(session: Session, id: string): Promise<OperationResource> {
  return session.ask('GET', `/api/operations/${id}`);
}

const ended: ReadonlySet<string> = new Set(['completed', 'error', 'stopped']);

/** The operation once it has ended; a hub that is away for a moment is asked again. */
export function untilEnded(session: Session, id: string, options?: UntilOptions): Promise<OperationResource> {
  return until(
    `operation ${id} ended`,
    async () => {
      const found = await operation(session, id);
      return ended.has(found.state) ? found : undefined;
    },
    options,
  );
}

/** The operation once its only step satisfies `wanted`. */
export function untilStep(
  session: Session,
  id: string,
  what: string,
  wanted: (step: OperationResource['steps'][number]) => boolean,
  options?: UntilOptions,
): Promise<OperationResource> {
  return until(
    `step of ${id}: ${what}`,
    async () => {
      const found = await operation(session, id);
      return found.steps.some(wanted) ? found : undefined;
    },
    options,
  );
}

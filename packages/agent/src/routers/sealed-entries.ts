// The secret members of entries, sealed to the agent's own key on their way out and opened on their way back.
import { type RouterEntry, seal } from '@relevo/protocol';
import { z } from 'zod';
import type { Identity } from '../hub-link/identity.ts';
import { TaskFailure } from '../tasks/task-handler.ts';
import type { FoundEntry, KeptEntry } from './router.ts';

export type SealingIdentity = Pick<Identity, 'sealingKey' | 'unseal'>;

const secretsSchema = z.record(z.string(), z.string());

export async function sealEntries(entries: readonly FoundEntry[], { sealingKey }: SealingIdentity): Promise<RouterEntry[]> {
  return Promise.all(
    entries.map(async ({ kind, label, name, values, secrets }) => {
      const hasSecrets = Object.keys(secrets).length > 0;
      return { kind, label, name, values, ...(hasSecrets && { sealed: await seal(JSON.stringify(secrets), sealingKey) }) };
    }),
  );
}

/** @throws TaskFailure when another agent sealed them */
export async function openEntries(entries: readonly RouterEntry[], { unseal }: SealingIdentity): Promise<KeptEntry[]> {
  return Promise.all(
    entries.map(async ({ sealed, ...entry }) => {
      if (sealed === undefined) return { ...entry, secrets: {} };
      try {
        return { ...entry, secrets: secretsSchema.parse(JSON.parse(await unseal(sealed))) };
      } catch {
        throw new TaskFailure({ code: 'router.credentials_unreadable' });
      }
    }),
  );
}

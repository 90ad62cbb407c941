// What is known of an operation's steps beside what they said: whose connection each is about, and until when it can be undone.
import type { OperationKey } from '@relevo/progress/engine';
import type { StepResource } from '@relevo/protocol';
import type { StepDetails } from '../operations/operation-resource.ts';
import { stepTitlesOf } from './bulk/step-titles.ts';
import { undoTimesOf } from './removal/undo-window.ts';
import type { IspWork } from './works/isp-work.ts';

export async function stepDetails({ options: { db, settings } }: IspWork, key: OperationKey): Promise<StepDetails> {
  const times = await undoTimesOf(db, key, settings.ISP_UNDO_MAX_MS);
  const titles = await stepTitlesOf(db, key);
  const details = new Map<string, Partial<StepResource>>([...titles].map(([step, title]) => [step, { title }]));
  for (const [step, undo_until] of times) details.set(step, { ...details.get(step), undo_until });
  return details;
}

// What is known of an operation's steps beside what they said: whose connection each is about, until when it can be undone, and the hub's own in
// the language of whoever reads.
import type { OperationKey } from '@relevo/progress/engine';
import { type Language, renderStepText, type StepResource } from '@relevo/protocol';
import type { StepDetails } from '../operations/operation-resource.ts';
import { stepTitlesOf } from './bulk/step-titles.ts';
import { hubItself } from './reconcile/periodic-comparison.ts';
import { undoTimesOf } from './removal/undo-window.ts';
import type { IspWork } from './works/isp-work.ts';
import { textOf } from './works/step-rows.ts';

export async function stepDetails({ options: { db, settings }, rows }: IspWork, key: OperationKey, language: Language): Promise<StepDetails> {
  if (key.userId === hubItself.userId) {
    // Nobody asked for it in any language.
    const ended = (await rows.ofOperation(key)).filter(({ code }) => code !== null);
    return new Map(ended.map((row) => [row.step, { message: renderStepText(textOf(row), language) }]));
  }
  const times = await undoTimesOf(db, key, settings.ISP_UNDO_MAX_MS);
  const titles = await stepTitlesOf(db, key);
  const details = new Map<string, Partial<StepResource>>([...titles].map(([step, title]) => [step, { title }]));
  for (const [step, undo_until] of times) details.set(step, { ...details.get(step), undo_until });
  return details;
}

// Brings the percentages that the last process had shown into the records of their steps.
import type { StepEvent } from '@relevo/protocol';
import type { HubDatabase } from '../database/database.ts';

/** To be called before operations are read at start. What was merged already, or is older than the record, changes nothing. */
export async function mergeTicks(db: HubDatabase): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const newest = new Map<string, { userId: number; event: StepEvent; text: string }>();
    for (const { body } of await transaction.selectFrom('operation_tick').select('body').orderBy('id').execute()) {
      for (const [userId, event] of JSON.parse(body) as [number, StepEvent][]) {
        newest.set(`${userId}/${event.operation_id} ${event.step}`, { userId, event, text: JSON.stringify(event) });
      }
    }
    for (const { userId, event, text } of newest.values()) {
      const step = transaction
        .selectFrom('operation_step')
        .select('event')
        .where('user_id', '=', userId)
        .where('operation_id', '=', event.operation_id)
        .where('step', '=', event.step);
      const written = (await step.executeTakeFirst())?.event;
      if (!written || (JSON.parse(written) as StepEvent).seq >= event.seq) continue;
      await transaction
        .updateTable('operation_step')
        .set({ event: text })
        .where('user_id', '=', userId)
        .where('operation_id', '=', event.operation_id)
        .where('step', '=', event.step)
        .execute();
    }
    await transaction.deleteFrom('operation_tick').execute();
  });
}

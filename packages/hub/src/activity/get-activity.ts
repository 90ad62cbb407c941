// GET /api/activity: figures over time for the home page; an administrator is told those of the whole hub.
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { type Activity, periodShapes, periods } from './activity.ts';
import { wholeHub } from './figures.ts';

const count = z.number().int().nonnegative();
const bucketSchema = z.object({
  at: z.string(),
  /** The whole hub's only; null while the hub did not run. */
  agents_online_min: count.nullable().optional(),
  agents_online_max: count.nullable().optional(),
  bytes_in: count.optional(),
  bytes_out: count.optional(),
  completed: count,
  failed: count,
  stopped: count,
});

export function getActivity(activity: Activity) {
  return endpoint({
    summary: 'Agents online, bytes moved and operations ended over time; a user is told of their own operations',
    query: z.object({ period: z.enum(periods).default('day') }),
    responses: {
      200: { description: 'Equal buckets, oldest first, the last one still running', schema: z.object({ bucket_ms: count, buckets: z.array(bucketSchema) }) },
    },
    async handle({ caller, query: { period } }) {
      const isAdmin = caller.role === 'admin';
      const figures = await activity.of(isAdmin ? wholeHub : caller.userId, period);
      const buckets = isAdmin ? figures : figures.map(({ at, completed, failed, stopped }) => ({ at, completed, failed, stopped }));
      return json({ bucket_ms: periodShapes[period].bucketMs, buckets });
    },
  });
}

// What keeps a transfer from being faster, as the agent measures it.
import { z } from 'zod';

/**
 * `rate_limit`: the limit set at the agent; `network`: bytes that have not come, from the hub or on their way; `disk`: the agent's disk, which takes or
 * gives them; `processor`: the agent's checking; `hub`: an answer that the hub has to work out first.
 */
export const transferBounds = ['rate_limit', 'network', 'disk', 'processor', 'hub'] as const;
export type TransferBound = (typeof transferBounds)[number];

export const transferBoundSchema = z.enum(transferBounds);

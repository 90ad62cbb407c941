// The figures of one span of time, and how two spans become one. Pure.

/** Whose figures: an account's id, or this for the whole hub. */
export const wholeHub = 0;

export interface Figures {
  /** The fewest and the most agents that were online at once; null when nobody looked, as for one person's figures. */
  agents_online_min: number | null;
  agents_online_max: number | null;
  /** Bytes of files stored, and of file content answered. */
  bytes_in: number;
  bytes_out: number;
  /** Operations that ended, by their end. */
  completed: number;
  failed: number;
  stopped: number;
}

/** Figures of a span, which begins `at`, an ISO 8601 time. */
export interface FiguresAt extends Figures {
  at: string;
}

export function noFigures(): Figures {
  return { agents_online_min: null, agents_online_max: null, bytes_in: 0, bytes_out: 0, completed: 0, failed: 0, stopped: 0 };
}

export function addFigures(one: Figures, other: Figures): Figures {
  return {
    agents_online_min: smaller(one.agents_online_min, other.agents_online_min),
    agents_online_max: larger(one.agents_online_max, other.agents_online_max),
    bytes_in: one.bytes_in + other.bytes_in,
    bytes_out: one.bytes_out + other.bytes_out,
    completed: one.completed + other.completed,
    failed: one.failed + other.failed,
    stopped: one.stopped + other.stopped,
  };
}

/**
 * Equal buckets of `bucketMs` from the one that holds `from` to the one that holds `to` (milliseconds since 1970), with the figures of `rows`
 * in them. A bucket in which the hub did not run has no figures of agents and zeros for the rest.
 */
export function intoBuckets(rows: readonly FiguresAt[], from: number, to: number, bucketMs: number): FiguresAt[] {
  const first = Math.floor(from / bucketMs);
  const buckets = Array.from({ length: Math.floor(to / bucketMs) - first + 1 }, noFigures);
  for (const row of rows) {
    const index = Math.floor(Date.parse(row.at) / bucketMs) - first;
    const bucket = buckets[index];
    if (bucket) buckets[index] = addFigures(bucket, row);
  }
  return buckets.map((figures, index) => ({ at: new Date((first + index) * bucketMs).toISOString(), ...figures }));
}

function smaller(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

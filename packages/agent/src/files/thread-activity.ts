// What a thread does at this moment, in memory that the transfers' own thread looks into: so a wait counts that has not ended yet, and one in a blocking call.

const activities = ['waiting', 'disk', 'processor'] as const;
export type Activity = (typeof activities)[number];

/** One number, shared between the thread that works and the one that looks. */
export type ActivityCell = Int32Array<SharedArrayBuffer>;

export function createActivityCell(): ActivityCell {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

export function activityIn(cell: ActivityCell): Activity {
  return activities[Atomics.load(cell, 0)] ?? 'waiting';
}

/** Of this thread; nobody looks into it until it is told which one is looked into. */
let own = createActivityCell();

/** Says from now on in `cell` what this thread does. */
export function showActivityIn(cell: ActivityCell): void {
  own = cell;
}

/** Says what this thread does from now on; a few nanoseconds. */
export function nowDoing(activity: Activity): void {
  Atomics.store(own, 0, activities.indexOf(activity));
}

// What bounds a transfer: of the moments that were looked at lately, what most of its ranges were waiting for.
import type { TransferBound } from '@relevo/protocol';

export interface BoundMeter {
  /** What each range waits for at this moment; nothing while none is under way. */
  look(waits: readonly TransferBound[]): void;
  /** Undefined until enough was seen. */
  bound(): TransferBound | undefined;
}

/** Fewer moments than this say nothing. */
const looksMin = 8;
/** Another bound has to lead by this part of the time before it is told instead: two that share the time do not take turns on the screen. */
const leadMin = 0.1;

/** @param looksMax how many moments count; older ones are forgotten */
export function createBoundMeter(looksMax: number): BoundMeter {
  const looks: (readonly TransferBound[])[] = [];
  let told: TransferBound | undefined;

  /** The part of the ranges' time that each bound took. */
  function shares(): Map<TransferBound, number> {
    const seen = looks.filter(({ length }) => length > 0);
    const parts = new Map<TransferBound, number>();
    if (seen.length < looksMin) return parts;
    for (const waits of seen) for (const wait of waits) parts.set(wait, (parts.get(wait) ?? 0) + 1 / (waits.length * seen.length));
    return parts;
  }

  return {
    look(waits) {
      looks.push(waits);
      if (looks.length > looksMax) looks.shift();
      const parts = shares();
      const before = told === undefined ? 0 : (parts.get(told) ?? 0);
      if (before === 0) told = undefined;
      let most = before + (told === undefined ? 0 : leadMin);
      for (const [bound, part] of parts) {
        if (part <= most) continue;
        told = bound;
        most = part;
      }
    },
    // Asked for with every piece that comes, which is much more often than anybody looks.
    bound: () => told,
  };
}

// Randomness that can be had again: a failure names its seed.

/** Numbers in [0, 1) that follow from `seed` (32 bits, decimal), or from one made now. */
export function seededRandom(given: string | undefined): { random: () => number; seed: number } {
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given) >>> 0;
  let state = seed;
  // mulberry32
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { random, seed };
}

// How long something took, or takes so far.
import { useFormats } from '../../language/formats.ts';
import { useNow } from '../../look/relative-time.tsx';

/** Times below a second are said in tenths: steps on a router take no longer. */
const tenthsBelowMs = 10_000;

export function Elapsed({ from, to }: { from: string; to: string | null }) {
  return to === null ? <Running from={from} /> : <Took ms={Date.parse(to) - Date.parse(from)} />;
}

function Running({ from }: { from: string }) {
  const formats = useFormats();
  return <span>{formats.duration(Math.max(0, useNow(1000) - Date.parse(from)))}</span>;
}

function Took({ ms }: { ms: number }) {
  const formats = useFormats();
  return <span>{ms < tenthsBelowMs ? formats.seconds(Math.max(100, ms)) : formats.duration(ms)}</span>;
}

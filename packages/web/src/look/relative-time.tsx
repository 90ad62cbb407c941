// "2 minutes ago", kept true, with the exact time on hover.
import { useEffect, useState } from 'react';
import { useFormats } from '../language/formats.ts';

const refreshMs = 15_000;

export function RelativeTime({ iso }: { iso: string }) {
  const formats = useFormats();
  const now = useNow(refreshMs);
  return (
    <time dateTime={iso} title={formats.dateTime(iso)}>
      {formats.relative(iso, now)}
    </time>
  );
}

/** Milliseconds since the epoch, renewed every `intervalMs`. */
export function useNow(intervalMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}

// A progress bar as text.
import { bytes, duration } from './figures.ts';

const width = 24;

/** `[######······]` for a percentage; a bar without a mark when nobody can tell. */
export function bar(percent: number | null): string {
  const filled = percent === null ? 0 : Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);
  return `[${'#'.repeat(filled)}${'·'.repeat(width - filled)}]`;
}

export interface TransferFigures {
  bytes?: number | undefined;
  total?: number | undefined;
  /** Bytes per second. */
  rate?: number | undefined;
  etaMs?: number | undefined;
}

/** `12.0 MiB / 1.0 GiB · 80.0 MiB/s · 12 s`, as much of it as is known. */
export function figures({ bytes: count, total, rate, etaMs }: TransferFigures): string {
  const parts: string[] = [];
  if (count !== undefined && total !== undefined) parts.push(`${bytes(count)} / ${bytes(total)}`);
  if (rate !== undefined && rate > 0) parts.push(`${bytes(rate)}/s`);
  if (etaMs !== undefined) parts.push(duration(etaMs));
  return parts.join(' · ');
}

// A progress bar as text.
import type { TransferBound } from '@relevo/protocol';
import { bytes, duration } from './figures.ts';
import { say } from './language.ts';

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
  /** What keeps it from being faster. */
  boundBy?: TransferBound | undefined;
}

const bounds: Record<TransferBound, readonly [english: string, spanish: string]> = {
  rate_limit: ['held to the limit of the agent', 'sujeto al límite del agente'],
  network: ['limited by the network', 'limitado por la red'],
  disk: ['limited by the disk', 'limitado por el disco'],
  processor: ['limited by the processor', 'limitado por el procesador'],
  hub: ['waiting for the hub', 'a la espera del hub'],
};

/** `12.0 MiB / 1.0 GiB · 80.0 MiB/s · 12 s · limited by the network`, as much of it as is known. */
export function figures({ bytes: count, total, rate, etaMs, boundBy }: TransferFigures): string {
  const parts: string[] = [];
  if (count !== undefined && total !== undefined) parts.push(`${bytes(count)} / ${bytes(total)}`);
  if (rate !== undefined && rate > 0) parts.push(`${bytes(rate)}/s`);
  if (etaMs !== undefined) parts.push(duration(etaMs));
  if (boundBy !== undefined) parts.push(say(...bounds[boundBy]));
  return parts.join(' · ');
}

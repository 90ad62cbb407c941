// Reads the metrics of a running hub as Prometheus does.
import { expect } from 'bun:test';
import type { TestHub } from '../http/hub.fixture.ts';

/** The value of every series by its name and labels as they stand in the text, as `relevo_connections{kind="agent"}`. */
export async function scrape(hub: TestHub, token: string): Promise<Map<string, number>> {
  const answer = await hub.send('GET', '/metrics', { headers: { authorization: `Bearer ${token}` } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const series = String(answer.body)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(series.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

/** How much a series grew; one that is not there counts as 0. */
export function grown(before: Map<string, number>, after: Map<string, number>, name: string): number {
  return (after.get(name) ?? 0) - (before.get(name) ?? 0);
}

// The operation engine: one source of events, for the hub and for any server that reports its own work.
export * from './engine.ts';
export * from './journal.ts';
export * from './operation.ts';
export * from './rate-meter.ts';
export type { Replay } from './replay.ts';
export * from './topics.ts';

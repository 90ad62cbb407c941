// The tables of the agent, one interface each. Times are ISO 8601 text, flags are 0 or 1.
import type { Generated } from 'kysely';

/** Small facts about the agent itself: its key, its id on the hub, its counters. */
export interface AgentFactTable {
  name: string;
  value: string;
}

/** Tasks of the hub. A row is here before the hub is told so, and stays after the end, so that a task that comes again is known. */
export interface InboxTable {
  task_id: string;
  seq: number;
  /** The task as JSON. */
  body: string;
  state: 'waiting' | 'ended';
  /** A stop came for it; it holds across a restart. */
  stop_requested: number;
  /** The request on the hub that asked for it: it stands in every log line of the task. */
  request_id: string | null;
  received_at: string;
  /** Somebody at the agent paused it; it holds across a restart. */
  paused: Generated<number>;
  ended_at: string | null;
  /** What the local page shows of it once it ended, as JSON; null for what nobody is shown. */
  view: string | null;
  /** The result that it told of last, as JSON, for a run that goes on with it; null when there is none, or it ended. */
  told: string | null;
}

/** Reports that the hub has not yet acknowledged. */
export interface OutboxTable {
  seq: number;
  type: string;
  /** The task it tells of, for task reports. */
  task_id: string | null;
  /** True for a report that a newer one of the same task makes worthless. */
  passing: number;
  /** The report as JSON, without its seq. */
  body: string;
}

/** Files that were delivered and are in the folder. */
export interface HeldFileTable {
  name: string;
  size: number;
  sha256: string;
  received_at: string;
  /** What stat said when the file was put there; another value means that somebody changed it. */
  mtime_ns: string;
  media_type: string;
}

/** A transfer that began and has not ended: what of it is verified and on the disk. */
export interface PartialTable {
  task_id: string;
  /** Name of the partial file in the hidden folder. */
  file: Generated<number>;
  sha256: string;
  /** The manifest as JSON. */
  manifest: string;
  /** One bit per chunk, lowest bit first: verified, and fsynced before it was written here. */
  verified: Uint8Array;
  /** Inode of the partial file once it is about to be renamed to its name: tells after a crash whether the rename happened. */
  placing_inode: string | null;
  /** Bytes of the verified chunks that were copied on this disk and not sent. */
  copied: Generated<number>;
}

/** A file whose chunks are known. */
export interface ChunkSourceTable {
  id: Generated<number>;
  /** Its name in the folder; null while its chunks are written, and once it is gone and they are to be removed. */
  name: string | null;
}

/** Where a file had a chunk when it was delivered: what is read there is checked before it is used. */
export interface KnownChunkTable {
  source: number;
  /** The first 52 bits of its SHA-256: as much as a number holds. */
  digest: number;
  /** Offset in the file and length, bytes. */
  start: number;
  length: number;
}

export interface AgentSchema {
  agent_fact: AgentFactTable;
  inbox: InboxTable;
  outbox: OutboxTable;
  held_file: HeldFileTable;
  partial: PartialTable;
  chunk_source: ChunkSourceTable;
  known_chunk: KnownChunkTable;
}

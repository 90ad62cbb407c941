// The tables of the hub, one interface each. Times are ISO 8601 text, flags are 0 or 1. The accounts' tables are better-auth's own.

import type { Generated } from 'kysely';
import type { IspSchema } from './isp-schema.ts';
import type { IspWorkSchema } from './isp-work-schema.ts';

/** What a program signs in with. */
export interface ApiKeyTable {
  id: string;
  user_id: number;
  name: string;
  /** The first characters of the key, to tell keys apart. */
  start: string;
  /** SHA-256 of the key, hex: the key itself is shown once. */
  key_sha256: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  /** JSON array; null for a key that may all that its owner may. */
  scopes: string | null;
}

/** A key pair of a person's device: this is its public half. */
export interface PasskeyTable {
  /** Given by the authenticator, base64url. */
  id: string;
  user_id: number;
  name: string;
  /** COSE. */
  public_key: Uint8Array;
  /** Of its uses, where the authenticator counts. */
  counter: number;
  /** JSON array of text: how a browser reaches it. */
  transports: string;
  /** 1 when it is kept beyond the device, as by a password manager. */
  backed_up: number;
  created_at: string;
  last_used_at: string | null;
}

export interface FileTable {
  id: string;
  owner_id: number;
  name: string;
  /** NFC, lower case: what a search looks at. */
  name_folded: string;
  size: number;
  sha256: string;
  media_type: string;
  created_at: string;
}

/** A resumable upload. It reserves its size in the quota of its owner until it is a file; then it is kept until it expires, to say which. */
export interface UploadTable {
  id: string;
  owner_id: number;
  name: string;
  size: number;
  /** What the client sent as metadata, as JSON. */
  metadata: string;
  /** While a part with a checksum is received: how many bytes are sure; what lies beyond counts only once the checksum was seen to match. */
  checked_size: number | null;
  /** Known once every byte is on disk: from then on they may lie at the place of their blob. */
  sha256: string | null;
  file_id: string | null;
  created_at: string;
}

/** The manifest of a blob as JSON, computed once per content. */
export interface ManifestTable {
  sha256: string;
  body: string;
}

export interface AgentTable {
  id: string;
  name: string;
  /** Ed25519, base64url; one agent per key. */
  public_key: string;
  status: 'pending' | 'approved' | 'revoked';
  version: string;
  platform: string;
  /** JSON array of text. */
  labels: string;
  last_seen_at: string | null;
  /** X25519, base64url: what only this agent may read is sealed to it; null until an agent that has one said hello. */
  sealing_key: string | null;
  /** The last report of this agent that was journaled. */
  acked_seq: number;
  /** The last task `seq` given out. */
  task_seq: number;
  created_at: string;
}

export interface EnrolmentTokenTable {
  id: string;
  /** SHA-256 of the token, hex: the token itself is shown once. */
  token_sha256: string;
  /** As it was made with. */
  uses: number;
  uses_left: number;
  expires_at: string | null;
  labels: string;
  approved: number;
  /** Who made it; null for the hub itself. */
  created_by: string | null;
  created_at: string;
}

/** What waits for an agent or runs on it; a row goes when the hub has journaled the task's end. */
export interface AgentTaskTable {
  id: string;
  agent_id: string;
  seq: number;
  user_id: number;
  operation_id: string;
  step: string;
  /** The file it is about, when it is about one. */
  file_id: string | null;
  body: string;
  request_id: string;
  created_at: string;
}

/** What an agent last said it holds. */
export interface AgentFileTable {
  agent_id: string;
  name: string;
  size: number;
  sha256: string;
  received_at: string;
}

export interface OperationTable {
  user_id: number;
  id: string;
  kind: string;
  title: string;
  state: string;
  seq: number;
  /** What carries the work: `hub` ends with the process, `agent` and `reporter` outlive it, `none` was only registered. */
  carrier: string;
  language: string;
  /** 1 when it ends by itself once every step is settled. */
  ends_with_steps: number;
  /** 1 when somebody asked it to stop. */
  stopping: number;
  /** The newest event of the operation itself, as JSON. */
  event: string | null;
  /** What was asked, as JSON: tells a repeated request from another one under the same id. */
  request: string;
  /** The X-Request-ID of the request that began it. */
  request_id: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  updated_at: string;
}

/** State of each step, with the `seq` of the event that made it: the newest, but for what `operation_tick` still holds. */
export interface OperationStepTable {
  user_id: number;
  operation_id: string;
  step: string;
  position: number;
  /** The newest event of the step, as JSON; null while it has none. */
  event: string | null;
  started_at: string | null;
  ended_at: string | null;
}

/** The lossless transitions, for replay and for the timeline. */
export interface OperationEventTable {
  user_id: number;
  operation_id: string;
  seq: number;
  body: string;
}

/** Percentages that were shown since steps were last written with them. */
export interface OperationTickTable {
  id: Generated<number>;
  /** Those of one batch, as JSON: `[[user_id, event], …]`. */
  body: string;
}

/** A server outside the hub that reports its work: a report that was taken is not taken again. */
export interface ReporterTable {
  user_id: number;
  /** Made by the reporter for its process. */
  id: string;
  /** The last report that was taken. */
  seq: number;
  updated_at: string;
}

/** One connection of an agent. */
export interface AgentSessionTable {
  id: Generated<number>;
  agent_id: string;
  connected_at: string;
  ended_at: string | null;
  code: number | null;
  reason: string | null;
}

/** The end of a task on an agent. */
export interface AgentTaskEndTable {
  id: Generated<number>;
  agent_id: string;
  user_id: number;
  operation_id: string;
  step: string;
  kind: string;
  status: string;
  /** What it said, as JSON. */
  text: string;
  /** What it was about, for people. */
  subject: string | null;
  ended_at: string;
}

/** What somebody did to something that matters: never changed, and forgotten only by age. */
export interface AuditEntryTable {
  id: Generated<number>;
  at: string;
  user_id: number;
  /** As it was then: the account may be gone. */
  user_email: string;
  /** `subject.verb`, as `conexion.eliminar`. */
  action: string;
  subject_kind: string;
  subject_id: string;
  subject_title: string;
  operation_id: string | null;
  request_id: string | null;
  client_address: string | null;
  /** The record as JSON. */
  before: string | null;
  after: string | null;
}

/** What happened in a minute or an hour. */
export interface ActivityTable {
  bucket: 'minute' | 'hour';
  /** 0 for the whole hub. */
  user_id: number;
  /** When it began. */
  at: string;
  agents_online_min: number | null;
  agents_online_max: number | null;
  bytes_in: number;
  bytes_out: number;
  completed: number;
  failed: number;
  stopped: number;
}

/** What moved and was said while an operation ran, as JSON; goes with the operation. */
export interface OperationTraceTable {
  user_id: number;
  operation_id: string;
  body: string;
}

/** A delivery that repeats another one of the same user; goes with the operation. */
export interface DeliveryRetryTable {
  user_id: number;
  operation_id: string;
  retry_of: string;
}

/** Secrets made at first start and small facts about the hub itself. */
export interface HubSecretTable {
  name: string;
  value: string;
}

export interface HubSchema extends IspSchema, IspWorkSchema {
  api_key: ApiKeyTable;
  passkey: PasskeyTable;
  file: FileTable;
  upload: UploadTable;
  manifest: ManifestTable;
  agent: AgentTable;
  enrolment_token: EnrolmentTokenTable;
  agent_task: AgentTaskTable;
  agent_file: AgentFileTable;
  operation: OperationTable;
  operation_step: OperationStepTable;
  operation_event: OperationEventTable;
  operation_tick: OperationTickTable;
  reporter: ReporterTable;
  agent_session: AgentSessionTable;
  agent_task_end: AgentTaskEndTable;
  audit_entry: AuditEntryTable;
  activity: ActivityTable;
  operation_trace: OperationTraceTable;
  delivery_retry: DeliveryRetryTable;
  hub_secret: HubSecretTable;
}

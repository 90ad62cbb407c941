// The tables of the hub, one interface each. Times are ISO 8601 text, flags are 0 or 1. The accounts' tables are better-auth's own.

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
  uses_left: number;
  expires_at: string | null;
  labels: string;
  approved: number;
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
  /** What was asked, as JSON: tells a repeated request from another one under the same id. */
  request: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  updated_at: string;
}

/** Newest state of each step, with the `seq` of the event that made it. */
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

/** Secrets made at first start and small facts about the hub itself. */
export interface HubSecretTable {
  name: string;
  value: string;
}

export interface HubSchema {
  file: FileTable;
  manifest: ManifestTable;
  agent: AgentTable;
  enrolment_token: EnrolmentTokenTable;
  agent_task: AgentTaskTable;
  agent_file: AgentFileTable;
  operation: OperationTable;
  operation_step: OperationStepTable;
  operation_event: OperationEventTable;
  hub_secret: HubSecretTable;
}

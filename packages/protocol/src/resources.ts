// The resources of the hub's REST surface, as they stand in JSON. The OpenAPI document and every client use these.
import { z } from 'zod';
import { sha256Schema } from './manifest.ts';
import { operationStates, stepStatuses } from './operation.ts';
import { transferBoundSchema } from './transfer-bounds.ts';

export const roles = ['admin', 'user'] as const;
/** What a user may do beyond their own things; administrators may everything. */
export const permissions = ['isp:read', 'isp:write', 'isp:remove'] as const;
export type Permission = (typeof permissions)[number];
/** What an API key may be held to; one without scopes may all that its owner may. */
export const apiKeyScopes = ['read', 'report', 'files', 'deliver', 'isp', 'admin'] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];
export const agentStatuses = ['online', 'offline', 'pending', 'revoked'] as const;

export const meSchema = z.object({
  id: z.number().int().positive(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  permissions: z.array(z.enum(permissions)),
});
export type Me = z.infer<typeof meSchema>;

export const userSchema = meSchema.extend({ disabled: z.boolean(), two_factor: z.boolean(), created_at: z.string() });
export type User = z.infer<typeof userSchema>;

/** Where somebody is signed in. */
export const sessionSchema = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  /** As the browser calls itself; '' when it says nothing that is known. */
  browser: z.string(),
  system: z.string(),
  address: z.string().nullable(),
  created_at: z.string(),
  last_seen_at: z.string(),
  expires_at: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

export const passkeySchema = z.object({
  id: z.string(),
  name: z.string(),
  backed_up: z.boolean(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
});
export type Passkey = z.infer<typeof passkeySchema>;

/** How an account is kept safe beside its password. */
export const accountSecuritySchema = z.object({
  two_factor: z.boolean(),
  recovery_codes_left: z.number().int().nonnegative(),
  passkeys: z.array(passkeySchema),
});
export type AccountSecurity = z.infer<typeof accountSecuritySchema>;

/** A setting of the hub; secrets are masked. */
export const settingSchema = z.object({
  name: z.string(),
  value: z.string().nullable(),
  default: z.string().nullable(),
  source: z.enum(['environment', '.env', 'default']),
  secret: z.boolean(),
  about: z.string(),
  allowed: z.string(),
});
export type SettingResource = z.infer<typeof settingSchema>;

const count = z.number().int().nonnegative();

/** What an executable runs on, as `npm run build` names it. */
export const executablePlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'] as const;
export type ExecutablePlatform = (typeof executablePlatforms)[number];

/** An executable of Relevo that the hub offers for agents. */
export const executableSchema = z.object({ name: z.string(), platform: z.enum(executablePlatforms), size: count, sha256: sha256Schema });
export type Executable = z.infer<typeof executableSchema>;

export const hubHealthSchema = z.object({
  version: z.string(),
  runtime: z.string(),
  platform: z.string(),
  pid: count,
  started_at: z.string(),
  uptime_ms: count,
  memory: z.object({ rss_bytes: count, heap_used_bytes: count }),
  /** How late the event loop was since the last look, `over_ms` ago. */
  event_loop: z.object({ mean_ms: z.number(), p99_ms: z.number(), max_ms: z.number(), over_ms: count }),
  /** Of the file system of the data folder. */
  disk: z.object({ total_bytes: count, free_bytes: count }),
  database: z.object({ size_bytes: count }),
  connections: z.object({ progress: count, agent: count, events: count }),
  operations_active: count,
  operations_kept: count,
  files: count,
  file_bytes: count,
  uploads_unfinished: count,
  agent_tasks: count,
  audit_entries: count,
});
export type HubHealth = z.infer<typeof hubHealthSchema>;

/** What somebody did; `before` and `after` are the record as it was and as it is. */
export const auditEntrySchema = z.object({
  id: z.number().int().positive(),
  at: z.string(),
  user_id: z.number().int().positive(),
  user_email: z.string(),
  action: z.string(),
  subject_kind: z.string(),
  subject_id: z.string(),
  subject_title: z.string(),
  operation_id: z.string().nullable(),
  request_id: z.string().nullable(),
  client_address: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const fileSchema = z.object({
  id: z.string(),
  name: z.string(),
  size: z.number().int().nonnegative(),
  sha256: sha256Schema,
  media_type: z.string(),
  owner_id: z.number().int().positive(),
  created_at: z.string(),
});
export type FileResource = z.infer<typeof fileSchema>;

export const agentSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(agentStatuses),
  last_seen_at: z.string().nullable(),
  version: z.string(),
  platform: z.string(),
  labels: z.array(z.string()),
  /** Tasks that wait for it or run on it. */
  tasks_waiting: z.number().int().nonnegative(),
  /** Since when it is online, or was not; null when it never was. */
  since: z.string().nullable(),
  /** How its last connection ended, while it is offline: a close code of docs/PROTOCOL.md (1006: the connection was lost). */
  offline_code: z.number().int().nullable(),
  created_at: z.string(),
});
export type AgentResource = z.infer<typeof agentSchema>;

/** One connection of an agent; `ended_at` and what follows are null while it lasts. */
export const agentSessionSchema = z.object({
  connected_at: z.string(),
  ended_at: z.string().nullable(),
  code: z.number().int().nullable(),
  reason: z.string().nullable(),
});
export type AgentSession = z.infer<typeof agentSessionSchema>;

/** Work in the queue of an agent. */
export const waitingTaskSchema = z.object({
  task_id: z.string(),
  kind: z.string(),
  /** 0: the hub itself. */
  user_id: z.number().int().nonnegative(),
  operation_id: z.string(),
  step: z.string(),
  /** Of its operation. */
  title: z.string(),
  /** What this one of its tasks is about, where they are told apart: whose connection. */
  subject: z.string().nullable(),
  status: z.enum(stepStatuses),
  message: z.string(),
  progress: z.number().nullable(),
  created_at: z.string(),
});
export type WaitingTaskResource = z.infer<typeof waitingTaskSchema>;

/** Work that ended on an agent. */
export const agentTaskEndSchema = z.object({
  id: z.number().int().positive(),
  kind: z.string(),
  /** 0: the hub itself. */
  user_id: z.number().int().nonnegative(),
  operation_id: z.string(),
  step: z.string(),
  /** Of its operation; '' when that is no longer kept. */
  title: z.string(),
  /** As of a task that waits; null, too, of what ended before it was told. */
  subject: z.string().nullable(),
  status: z.enum(['completed', 'error']),
  message: z.string(),
  ended_at: z.string(),
});
export type AgentTaskEnd = z.infer<typeof agentTaskEndSchema>;

/** An enrolment token as it is listed: never the token itself. */
export const enrolmentTokenSchema = z.object({
  id: z.string(),
  uses: z.number().int().positive(),
  uses_left: z.number().int().nonnegative(),
  expires_at: z.string().nullable(),
  labels: z.array(z.string()),
  approved: z.boolean(),
  /** E-mail of who made it; null for the hub itself. */
  created_by: z.string().nullable(),
  created_at: z.string(),
});
export type EnrolmentToken = z.infer<typeof enrolmentTokenSchema>;

export const stepSchema = z.object({
  step: z.string(),
  status: z.enum(stepStatuses),
  message: z.string(),
  progress: z.number().nullable(),
  timestamp: z.string(),
  seq: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative().optional(),
  total_bytes: z.number().int().nonnegative().optional(),
  rate: z.number().nonnegative().optional(),
  eta_ms: z.number().nonnegative().optional(),
  bound_by: transferBoundSchema.optional().catch(undefined),
  code: z.string().optional(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  /** Until when what it did can be undone, where it can. */
  undo_until: z.string().optional(),
  /** What it is about, for people, where its name does not tell. */
  title: z.string().optional(),
});
export type StepResource = z.infer<typeof stepSchema>;

export const operationSummarySchema = z.object({
  operation_id: z.string(),
  /** 0: the hub itself. */
  user_id: z.number().int().nonnegative(),
  kind: z.string(),
  title: z.string(),
  state: z.enum(operationStates),
  seq: z.number().int().nonnegative(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});
export type OperationSummary = z.infer<typeof operationSummarySchema>;

/** Where the bytes of a file are besides the hub, and how they got there. */
export const fileWhereaboutsSchema = z.object({
  /** How many copies agents hold; `agents` names the first 200 by name. */
  agents_total: z.number().int().nonnegative(),
  agents: z.array(z.object({ id: z.string(), name: z.string(), status: z.enum(agentStatuses), file_name: z.string(), received_at: z.string() })),
  deliveries: z.array(operationSummarySchema),
});
export type FileWhereabouts = z.infer<typeof fileWhereaboutsSchema>;

export const operationSchema = operationSummarySchema.extend({
  /** Why it ended, when it was ended rather than finished. */
  message: z.string().optional(),
  steps: z.array(stepSchema),
});
export type OperationResource = z.infer<typeof operationSchema>;

// The resources of the hub's REST surface, as they stand in JSON. The OpenAPI document and every client use these.
import { z } from 'zod';
import { sha256Schema } from './manifest.ts';
import { operationStates, stepStatuses } from './operation.ts';

export const roles = ['admin', 'user'] as const;
/** What a user may do beyond their own things; administrators may everything. */
export const permissions = ['isp:read', 'isp:write', 'isp:remove'] as const;
export type Permission = (typeof permissions)[number];
export const agentStatuses = ['online', 'offline', 'pending', 'revoked'] as const;

export const meSchema = z.object({
  id: z.number().int().positive(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  permissions: z.array(z.enum(permissions)),
});
export type Me = z.infer<typeof meSchema>;

export const userSchema = meSchema.extend({ disabled: z.boolean(), created_at: z.string() });
export type User = z.infer<typeof userSchema>;

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
  created_at: z.string(),
});
export type AgentResource = z.infer<typeof agentSchema>;

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
  code: z.string().optional(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});
export type StepResource = z.infer<typeof stepSchema>;

export const operationSummarySchema = z.object({
  operation_id: z.string(),
  user_id: z.number().int().positive(),
  kind: z.string(),
  title: z.string(),
  state: z.enum(operationStates),
  seq: z.number().int().nonnegative(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});
export type OperationSummary = z.infer<typeof operationSummarySchema>;

export const operationSchema = operationSummarySchema.extend({
  /** Why it ended, when it was ended rather than finished. */
  message: z.string().optional(),
  steps: z.array(stepSchema),
});
export type OperationResource = z.infer<typeof operationSchema>;

// What crosses `/ws` between an agent and its hub. One JSON object per text message.
//
// Lossless messages carry a `seq` of their sender and are acknowledged cumulatively: tasks (hub → agent) by `received`
// once they are in the agent's inbox, reports (agent → hub) by `acked` once the hub has journaled them. Ticks and
// heartbeats carry none: the next one makes the lost one worthless.
import { z } from 'zod';
import { sha256Schema } from './manifest.ts';
import { stepTextSchema } from './step-texts.ts';
import { transferBoundSchema } from './transfer-bounds.ts';

/** The version of this protocol that this code speaks. */
export const agentProtocolVersion = 1;

const seq = z.number().int().positive();

const measures = {
  progress: z.number().min(0).max(100).nullable().optional(),
  bytes: z.number().int().nonnegative().optional(),
  total_bytes: z.number().int().nonnegative().optional(),
  rate: z.number().nonnegative().optional(),
  eta_ms: z.number().nonnegative().optional(),
  /** A word of a newer agent is passed over. */
  bound_by: transferBoundSchema.optional().catch(undefined),
};

export const heldFileSchema = z.object({
  name: z.string(),
  size: z.number().int().nonnegative(),
  sha256: sha256Schema,
  received_at: z.string(),
});
export type HeldFile = z.infer<typeof heldFileSchema>;

/** A change of a task that must never be lost: it began, it ended, what it says changed. */
export const taskReportSchema = z.object({
  type: z.literal('task_report'),
  seq,
  task_id: z.string(),
  status: z.enum(['in_progress', 'completed', 'error']),
  text: stepTextSchema,
  ...measures,
  /** What the work found or made, by the kind of task (router-tasks.ts). */
  result: z.record(z.string(), z.unknown()).optional(),
});
export type TaskReport = z.infer<typeof taskReportSchema>;

/** The agent's folder changed: a file came (or was replaced), or went. */
export const fileHeldSchema = z.object({ type: z.literal('file_held'), seq, file: heldFileSchema });
export const fileGoneSchema = z.object({ type: z.literal('file_gone'), seq, name: z.string() });

/** Everything the agent holds, in pages; `first` empties what the hub remembered. Sent once after each connect. */
export const inventorySchema = z.object({ type: z.literal('inventory'), seq, first: z.boolean(), files: z.array(heldFileSchema) });

export const agentReportSchema = z.discriminatedUnion('type', [taskReportSchema, fileHeldSchema, fileGoneSchema, inventorySchema]);
export type AgentReport = z.infer<typeof agentReportSchema>;

export const agentToHubSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.number().int().positive(),
    version: z.string().max(64),
    platform: z.string().max(128),
    /** The last task `seq` that is in the inbox; 0 when none ever was. */
    received_seq: z.number().int().nonnegative(),
    /** The agent's X25519 public key, 32 raw bytes, base64url without padding: what only it may read is sealed to it (sealed-box.ts). */
    sealing_key: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/)
      .optional(),
  }),
  z.object({ type: z.literal('received'), seq }),
  z.object({ type: z.literal('tick'), task_id: z.string(), text: stepTextSchema, ...measures }),
  z.object({ type: z.literal('heartbeat') }),
  ...agentReportSchema.options,
]);
export type AgentToHub = z.infer<typeof agentToHubSchema>;

export const hubToAgentSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: z.number().int().positive(),
    agent_id: z.string(),
    name: z.string(),
    /** Both sides send something at least this often; silence of two and a half times this is a dead peer. */
    heartbeat_ms: z.number().int().positive(),
    /** The last report `seq` the hub has journaled. An agent whose own count is behind it (restored from an image) goes on from here. */
    acked_seq: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal('task'), seq, task_id: z.string(), request_id: z.string().optional(), task: z.looseObject({ kind: z.string() }) }),
  z.object({ type: z.literal('acked'), seq }),
  z.object({ type: z.literal('heartbeat') }),
]);
export type HubToAgent = z.infer<typeof hubToAgentSchema>;

// What crosses `/ws/progress` and its server-sent-event twin: what a page asks for, what it is shown, and refusals.
import { z } from 'zod';
import { operationIdSchema, stepIdSchema } from './ids.ts';
import { operationStates, stepStatuses } from './operation.ts';
import { transferBoundSchema } from './transfer-bounds.ts';

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start_operation'),
    operation_id: operationIdSchema,
    /** The last `seq` the watcher has; what came after it is replayed. */
    after: z.number().int().min(0).optional(),
  }),
  z.object({ type: z.literal('stop_operation'), operation_id: operationIdSchema }),
  z.object({ type: z.literal('watch'), scope: z.literal('user') }),
  z
    .object({ type: z.literal('unwatch'), operation_id: operationIdSchema.optional(), scope: z.literal('user').optional() })
    .refine(({ operation_id, scope }) => operation_id !== undefined || scope !== undefined, 'operation_id or scope is needed'),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** One change of one step. The first six members are always there. */
export const stepEventSchema = z.object({
  operation_id: operationIdSchema,
  step: stepIdSchema,
  status: z.enum(stepStatuses),
  message: z.string(),
  /** Per cent, 0 to 100; null when nobody can tell. */
  progress: z.number().min(0).max(100).nullable(),
  timestamp: z.string(),
  /** Counts up by one per operation. */
  seq: z.number().int().positive(),
  bytes: z.number().int().nonnegative().optional(),
  total_bytes: z.number().int().nonnegative().optional(),
  /** Bytes per second. */
  rate: z.number().nonnegative().optional(),
  /** Milliseconds left. */
  eta_ms: z.number().nonnegative().optional(),
  /** What keeps it from being faster, of a transfer under way. A word of a newer hub is passed over. */
  bound_by: transferBoundSchema.optional().catch(undefined),
  /** What the message says, for programs: a code of step-texts.ts, as `step.stopped`. */
  code: z.string().optional(),
  /** Of the hub's own work, which nobody asked for in any language: what the sentence of `code` takes. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** Stands in for numbers that are no longer held. */
  snapshot: z.literal(true).optional(),
  /** In a snapshot, whose messages are in the order of `seq`: which of the operation's steps this is, from 0. */
  position: z.number().int().nonnegative().optional(),
});
export type StepEvent = z.infer<typeof stepEventSchema>;

/** One change of the operation itself. */
export const operationEventSchema = z.object({
  type: z.literal('operation'),
  operation_id: operationIdSchema,
  state: z.enum(operationStates),
  seq: z.number().int().positive(),
  timestamp: z.string(),
  kind: z.string(),
  title: z.string(),
  /** Why it ended, when it was ended rather than finished. */
  message: z.string().optional(),
  /** What the message says, for programs, where it is a code of step-texts.ts. */
  code: z.string().optional(),
  snapshot: z.literal(true).optional(),
});
export type OperationEvent = z.infer<typeof operationEventSchema>;

export type ProgressEvent = StepEvent | OperationEvent;

export function isStepEvent(event: ProgressEvent): event is StepEvent {
  return 'step' in event;
}

/** A refusal; the connection stays open. */
export const refusalSchema = z.object({
  type: z.literal('error'),
  code: z.string(),
  message: z.string(),
  operation_id: z.string().optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

export const serverMessageSchema = z.union([stepEventSchema, operationEventSchema, refusalSchema]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

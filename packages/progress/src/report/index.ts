// The reporting half of the SDK: from the middle of some work, to whoever watches it.
export { type DroppedReport, type ManagerLimits, type ManagerOptions, type OperationRef, ProgressManager } from './progress-manager.ts';
export type { OperationOptions, ReportedOperation } from './reported-operation.ts';
export type { RunningStep, StepOptions } from './step.ts';

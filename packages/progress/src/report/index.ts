// The reporting half of the SDK: from the middle of some work, to whoever watches it.

export { EngineRefusal } from '../engine/engine.ts';
export { createHubReporter, type HubOperationOptions, type HubReporter, type HubReporterOptions, type ReportProblem } from './hub-reporter.ts';
export { type DroppedReport, type ManagerLimits, type ManagerOptions, type OperationRef, ProgressManager } from './progress-manager.ts';
export type { OperationOptions, ReportedOperation } from './reported-operation.ts';
export type { RunningStep, StepOptions } from './step.ts';

// What crosses a wire: schemas, limits, codes and the operation state machine. Pure; imports nothing of ours.
export * from './agent-enrolment.ts';
export * from './agent-messages.ts';
export * from './agent-tasks.ts';
export * from './backoff.ts';
export * from './bearer.ts';
export * from './close-codes.ts';
export * from './errors.ts';
export * from './file-names.ts';
export * from './ids.ts';
export * from './manifest.ts';
export * from './operation.ts';
export * from './progress-messages.ts';
export * from './resources.ts';
export * from './router-tasks.ts';
export * from './sealed-box.ts';
export * from './step-texts.ts';

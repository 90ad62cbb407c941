// The SDK for React: hooks over a watcher's stores, and one component that shows an operation.
export { useConnection, useOperation, useOperations, useWatcher, WatcherProvider } from './hooks.ts';
export { type ProgressLabels, progressLabels } from './labels.ts';
export { OperationProgress, type OperationProgressProps } from './operation-progress.tsx';

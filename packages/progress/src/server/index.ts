// The progress socket on a Node HTTP server.
export { type AttachedProgress, type AttachOptions, attachProgress, type Watching } from './attach-progress.ts';

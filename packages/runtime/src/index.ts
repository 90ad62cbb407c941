// What both processes stand on: settings, logs, problems, SQLite, file responses, the life of a process.
export * from './compiled.ts';
export * from './data-folder.ts';
export * from './file-response.ts';
export * from './log.ts';
export * from './prepared-query.ts';
export * from './problem.ts';
export * from './process.ts';
export * from './read-bytes.ts';
export * as setting from './settings.ts';
export { readSettings, SettingsError, type SettingsOf, type SettingsTable } from './settings.ts';
export * from './sqlite.ts';
export { folderRefused, listening } from './start-failures.ts';

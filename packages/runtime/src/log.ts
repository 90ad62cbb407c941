// Structured logs: one JSON object per line, or a readable form for a terminal.
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

export interface LogOptions {
  level: string;
  format: 'json' | 'pretty';
  /** Named in every line: `hub` or `agent`. */
  service: string;
}

// Anything by these names is masked wherever it stands in a logged object.
const secrets = [
  'password',
  'token',
  'api_key',
  'authorization',
  'cookie',
  'secret',
  'private_key',
  '*.password',
  '*.token',
  '*.api_key',
  '*.authorization',
  '*.cookie',
  '*.secret',
  '*.private_key',
];

export function createLog({ level, format, service }: LogOptions): Log {
  const options = { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secrets, censor: '***' } };
  const destination =
    format === 'pretty'
      ? pretty({ ignore: 'pid,hostname,service,event', translateTime: 'SYS:HH:MM:ss', messageFormat: '{service}: {msg}', singleLine: true })
      : pino.destination({ dest: 1, sync: true });
  return pino(options, destination);
}

import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { standardOutput } from './standard-output.ts';

export type { Logger } from 'pino';

/** Members whose value never reaches a log, wherever in a logged object they stand. */
const secretPaths = [
  'password',
  'auth',
  'token',
  'registryAuth',
  'headers["x-registry-auth"]',
  'headers["x-registry-config"]',
  'headers.authorization',
];

/** JSON lines on stdout, or where `destination` leads; every line carries the app and the process' instance id. */
export function createLogger(app: string, instance: string, level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { app, instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretPaths.flatMap((path) => [path, `*.${path}`]), censor: '***' },
  };
  return pino(options, destination ?? standardOutput());
}

/** A logger that writes nothing, for tests and tools. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

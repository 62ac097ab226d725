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
    serializers: { err: (error: unknown) => pino.stdSerializers.err(withoutQuotations(error) as Error) },
    redact: { paths: secretPaths.flatMap((path) => [path, `*.${path}`]), censor: '***' },
  };
  return pino(options, destination ?? standardOutput());
}

/** How every message of V8 ends that quotes what JSON.parse read. */
const quotes = 'is not valid JSON';

/** What JSON.parse could not read may hold a secret: the error, and what caused it, without the quotation. */
function withoutQuotations(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = withoutQuotations(error.cause);
  const isQuoting = error instanceof SyntaxError && error.message.endsWith(quotes);
  if (cause === error.cause && !isQuoting) return error;
  const message = isQuoting ? `a text ${quotes}` : error.message;
  const shown = Object.create(Object.getPrototypeOf(error) as object) as Error;
  return Object.assign(shown, error, { message, stack: error.stack?.replace(error.message, () => message), cause });
}

/** A logger that writes nothing, for tests and tools. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

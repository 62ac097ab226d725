import { PassThrough, type Writable } from 'node:stream';
import pretty from 'pino-pretty';
import { createLogger, type Logger } from '#service-shell';

/** The log of a command that goes on running, on stdout as classic's was: JSON lines, or one readable line each. */
export function commandLogger(command: string, level: string, format: 'json' | 'pretty'): Logger {
  if (format === 'json') return createLogger(command, command, level);
  return createLogger(command, command, level, readable());
}

function readable(): Writable {
  const input = new PassThrough();
  input.pipe(
    pretty({
      destination: 1,
      sync: true,
      colorize: process.stdout.isTTY,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'pid,hostname,app,instance',
      singleLine: true,
    }),
  );
  return input;
}

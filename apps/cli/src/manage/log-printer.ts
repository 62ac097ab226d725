import { PassThrough } from 'node:stream';
import pretty from 'pino-pretty';

/** Where the services' JSON log lines go: as they are, or one readable line each. Both to stderr, so that stdout has the export line only. */
export function logPrinter(format: 'json' | 'pretty'): { write(chunk: Buffer): void } {
  if (format === 'json') return { write: (chunk) => process.stderr.write(chunk) };
  const input = new PassThrough();
  input.pipe(
    pretty({
      destination: 2,
      sync: true,
      colorize: process.stderr.isTTY,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'pid,hostname,app,instance',
      messageFormat: '{instance} {msg}',
      singleLine: true,
    }),
  );
  return { write: (chunk) => input.write(chunk) };
}

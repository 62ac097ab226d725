import { PassThrough, type Writable } from 'node:stream';
import pretty from 'pino-pretty';

/** Where a log goes that a person reads: one readable line each on stdout. */
export function readableLines(): Writable {
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

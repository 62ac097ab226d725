import { Transform, type Writable } from 'node:stream';
import { withoutOrders } from './without-orders.ts';

export type ReadableLinesOptions = {
  /** 1 = stdout, 2 = stderr. */
  readonly descriptor: 1 | 2;
  /** `{member}` stands for a member of the line; default: its `msg`. */
  readonly messageFormat?: string;
};

/** Where a log goes that a person reads: one readable line each. */
export async function readableLines({ descriptor, messageFormat }: ReadableLinesOptions): Promise<Writable> {
  // Loaded where somebody reads only: most processes write JSON.
  const { default: pretty } = await import('pino-pretty');
  const input = new Transform({ transform: (chunk: Buffer, _, done) => done(undefined, withoutOrders(chunk)) });
  input.pipe(
    pretty({
      destination: descriptor,
      sync: true,
      colorize: (descriptor === 1 ? process.stdout : process.stderr).isTTY,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'pid,hostname,app,instance',
      singleLine: true,
      ...(messageFormat !== undefined && { messageFormat }),
    }),
  );
  return input;
}

import { printableLines } from '#contracts';
import { createLogger } from '#service-shell';
import type { LogFormat } from '../flags/log-flags.ts';
import { type Ready, readyLines } from './ready-block.ts';

type Sink = { write(chunk: Buffer): void };

/** One line each: that something is so; that something will or may not work; that something does not. */
export type Say = Readonly<Record<'info' | 'warn' | 'error', (line: string) => void>>;

/** What `manage` itself has to say, beside the log of its services. */
export type Speaker = {
  readonly say: Say;
  /** Ends the start: for people a few lines, for machines one. */
  readonly sayReady: (ready: Ready) => void;
};

/** To people on `screen`, to machines as lines of the `log` that they read. */
export function speaker(format: LogFormat, log: Sink, screen: Sink): Speaker {
  if (format === 'pretty') {
    const show = (line: string) => screen.write(Buffer.from(`baleen: ${printableLines(line)}\n`));
    const say = { info: show, warn: (line: string) => show(`warning: ${line}`), error: show };
    return { say, sayReady: (ready) => readyLines(ready).forEach(show) };
  }
  const logger = createLogger('manage', 'manage', 'info', { write: (line) => log.write(Buffer.from(line)) });
  return {
    say: {
      info: (line) => logger.info(line),
      warn: (line) => logger.warn(line),
      error: (line) => logger.error(line),
    },
    sayReady: ({ dockerHosts, dashboards, adding }) => logger.info({ dockerHosts, dashboards, adding }, 'ready'),
  };
}

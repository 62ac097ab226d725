import { printableLines } from '#contracts';
import { createLogger } from '#service-shell';
import type { LogFormat } from '../flags/log-flags.ts';
import { type Ready, readyLines } from './ready-block.ts';

type Sink = { write(chunk: Buffer): void };

/** What `manage` itself has to say, beside the log of its services. */
export type Speaker = {
  readonly say: (line: string) => void;
  /** Ends the start: for people a few lines, for machines one. */
  readonly sayReady: (ready: Ready) => void;
};

/** To people on `screen`, to machines as lines of the `log` that they read. */
export function speaker(format: LogFormat, log: Sink, screen: Sink): Speaker {
  if (format === 'pretty') {
    const say = (line: string) => screen.write(Buffer.from(`baleen: ${printableLines(line)}\n`));
    return { say, sayReady: (ready) => readyLines(ready).forEach(say) };
  }
  const logger = createLogger('manage', 'manage', 'info', { write: (line) => log.write(Buffer.from(line)) });
  return {
    say: (line) => logger.info(line),
    sayReady: ({ dockerHosts, dashboards, adding }) => logger.info({ dockerHosts, dashboards, adding }, 'ready'),
  };
}

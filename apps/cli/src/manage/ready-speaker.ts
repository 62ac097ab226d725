import { createLogger } from '#service-shell';
import type { LogFormat } from '../flags/log-flags.ts';
import { type Ready, readyLines } from './ready-block.ts';

/** Says that the fleet is ready: to people in a few lines, to machines in one line of the log that they read. */
export function readySpeaker(
  format: LogFormat,
  log: { write(chunk: Buffer): void },
  say: (line: string) => void,
): (ready: Ready) => void {
  if (format === 'pretty')
    return (ready) => {
      for (const line of readyLines(ready)) say(line);
    };
  const logger = createLogger('manage', 'manage', 'info', { write: (line) => log.write(Buffer.from(line)) });
  return ({ dockerHosts, dashboards, adding }) => logger.info({ dockerHosts, dashboards, adding }, 'ready');
}

import { createLogger, type Logger, readableLines } from '#service-shell';
import type { LogFormat } from '../flags/log-flags.ts';

/** The log of a command that goes on running, on stdout as classic's was: JSON lines, or one readable line each. */
export async function commandLogger(command: string, level: string, format: LogFormat): Promise<Logger> {
  return createLogger(command, command, level, format === 'json' ? undefined : await readableLines({ descriptor: 1 }));
}

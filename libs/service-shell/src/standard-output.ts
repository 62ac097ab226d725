import { once } from 'node:events';
import { pino } from 'pino';

type LogStream = ReturnType<typeof pino.destination>;

/** A reader that takes nothing for so long does not read any more. */
const lastWriteMs = 500;

/** The process has one. */
let output: LogStream | undefined;

/** Where log lines go: written as fast as the reader takes them, and kept until then. */
export function standardOutput(): LogStream {
  output ??= pino.destination(process.stdout.fd);
  return output;
}

/**
 * Resolves when the log has been written, or cannot be. To be awaited before `process.exit`: what is left then pino writes itself, and to
 * a pipe that nobody reads it tries for ever (sonic-boom 4 and 5): the services of a supervisor that had died stayed.
 */
export async function logWritten(): Promise<void> {
  if (output === undefined) return;
  try {
    // Ends behind all that waits.
    const written = once(output, 'drain', { signal: AbortSignal.timeout(lastWriteMs) });
    output.write('');
    await written;
  } catch {
    // Broken, or full: there is nobody to tell.
    output.destroy();
  }
}

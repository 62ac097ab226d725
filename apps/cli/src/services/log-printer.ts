import { readableLines } from '#service-shell';
import type { LogFormat } from '../flags/log-flags.ts';

/** Where the services' JSON log lines go: as they are, or one readable line each. Both to stderr, so that stdout has the export line only. */
export async function logPrinter(format: LogFormat): Promise<{ write(chunk: Buffer): void }> {
  if (format === 'json') return { write: (chunk) => process.stderr.write(chunk) };
  const lines = await readableLines({ descriptor: 2, messageFormat: '{instance} {msg}' });
  return { write: (chunk) => lines.write(chunk) };
}

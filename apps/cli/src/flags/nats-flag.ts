import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from './usage-error.ts';

/** The NATS URL that `--nats` means: itself, or what the file it names holds. */
export function natsUrl(given: string): string {
  return given.startsWith('file://') ? readAddress(given) : given;
}

function readAddress(url: string): string {
  try {
    return readFileSync(fileURLToPath(url), 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--nats ${url} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

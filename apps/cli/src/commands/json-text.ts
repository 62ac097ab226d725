import { printableLines } from '#contracts';

/** What `--json` prints: for scripts, and for a terminal without orders to it. */
export function jsonText(value: unknown): string {
  return `${printableLines(JSON.stringify(value, undefined, 2))}\n`;
}

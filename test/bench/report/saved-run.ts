import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Row } from './row.ts';

/** A run as its file keeps it. */
export const SavedRun = z.object({
  at: z.string(),
  node: z.string(),
  cpus: z.number(),
  /** Of the machine, over a minute, before the run and behind it: what else went on. */
  loadBefore: z.number(),
  loadAfter: z.number(),
  rows: z.array(Row),
});
export type SavedRun = Readonly<z.infer<typeof SavedRun>>;

export function saveRun(file: string, run: SavedRun): void {
  writeFileSync(file, `${JSON.stringify(run, undefined, 1)}\n`);
}

/** Throws with the file's name when it is none of ours. */
export function readRun(file: string): SavedRun {
  try {
    return SavedRun.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} is no saved run: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

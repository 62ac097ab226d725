import { resolve } from 'node:path';
import { KeyFolder } from '#nats-keys';
import { keysOf } from '../nats/nats-security.ts';
import { UsageError } from './usage-error.ts';

/** Where the keys are that sign join tokens: one of the two. */
export type KeyFolderOptions = {
  /** Of `baleen nats-keys`. */
  readonly keys?: string;
  /** Of manage's embedded NATS. */
  readonly natsDir?: string;
};

/** Throws UsageError where there are none. */
export function openKeys({ keys, natsDir }: KeyFolderOptions): KeyFolder {
  const folder = keys ?? (natsDir === undefined ? undefined : keysOf(natsDir));
  if (folder === undefined)
    throw new UsageError('the keys that sign tokens: name manage’s --nats-dir, or with --keys the folder of baleen nats-keys');
  try {
    return KeyFolder.open(resolve(folder));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

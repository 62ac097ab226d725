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
  let found: KeyFolder | undefined;
  try {
    found = KeyFolder.find(resolve(folder));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (found !== undefined) return found;
  // Keys made by hand there would be none that this fleet's NATS trusts.
  throw new UsageError(
    keys === undefined
      ? `--nats-dir ${natsDir} has no keys: it is not that of a manage with --nats-listen, or this one has not come so far yet (wait until it says that agents dial in)`
      : `${folder} holds no keys of a fleet: name the folder of baleen nats-keys --out, or make them with it`,
  );
}

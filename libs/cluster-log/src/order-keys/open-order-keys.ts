import type { Randomness } from '#service-shell';
import type { ClusterLog } from '../log.ts';
import { keysInFile, orderKeyFile } from './keys-in-file.ts';
import { KeysInLog } from './keys-in-log.ts';
import type { OrderKeys, OrderKeysParts } from './order-keys.ts';

/** Throws config/invalid for a file that holds no key. */
export function openOrderKeys(config: OrderKeysParts, log: ClusterLog, randomness: Randomness): OrderKeys {
  const file = orderKeyFile(config);
  return file === undefined ? new KeysInLog(log, randomness) : keysInFile(file);
}

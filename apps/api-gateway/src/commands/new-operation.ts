import type { Randomness } from '#service-shell';

const operationBytes = 16;

/** Names one create, rename, resize or update: by it who is asked again knows that it was asked before. */
export function newOperation(randomness: Randomness): string {
  return randomness.hex(operationBytes);
}

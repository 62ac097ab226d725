import type { NetworkFacts } from './records/object-records.ts';

/**
 * Label of a network that was made anew on another engine (ADR 55): the IDs that it had before, oldest first, parted by commas. Whoever was told
 * one of them goes on using it. The engine that has the network keeps them, so they need no record.
 */
export const formerIdsLabel = 'io.baleen.former-ids';

/** IDs that the network had on engines where it was before. */
export function formerIds({ labels }: Pick<NetworkFacts, 'labels'>): string[] {
  const ids = labels[formerIdsLabel];
  return ids === undefined || ids === '' ? [] : ids.split(',');
}

/** Its labels once it has another ID. */
export function labelsWithFormerId(network: Pick<NetworkFacts, 'id' | 'labels'>): Record<string, string> {
  return { ...network.labels, [formerIdsLabel]: [...formerIds(network), network.id].join(',') };
}

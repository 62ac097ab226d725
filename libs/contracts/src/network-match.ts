import { formerIds, formerIdsLabel } from './former-ids.ts';
import type { NetworkFacts } from './records/object-records.ts';

/** Docker's shortest shown ID; anything shorter is taken for a name. */
const idShape = /^[0-9a-f]{12,64}$/;

type Matched = Pick<NetworkFacts, 'id' | 'name' | 'labels'>;

/** It may be the ID of a network, or the beginning of one. */
export function isNetworkIdBeginning(reference: string): boolean {
  return idShape.test(reference);
}

/** The network had an ID that is this one or begins so. */
export function hadId({ labels }: Pick<NetworkFacts, 'labels'>, beginning: string): boolean {
  return formerIdsLabel in labels && formerIds({ labels }).some((id) => id.startsWith(beginning));
}

/** The reference is the network's name, or an ID that it has or had, whole or the beginning of one. */
export function isMeant(network: Matched, reference: string): boolean {
  return networkMatcher(reference)(network);
}

/** The same for many networks: placement asks it of all that a fleet has. */
export function networkMatcher(reference: string): (network: Matched) => boolean {
  if (!isNetworkIdBeginning(reference)) return ({ name }) => name === reference;
  return (network) => network.name === reference || network.id.startsWith(reference) || hadId(network, reference);
}

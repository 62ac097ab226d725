import { formerIds, formerIdsLabel, type NetworkFacts } from '#contracts';

/** Docker's shortest shown id; anything shorter is taken for a name. */
const networkIdShape = /^[0-9a-f]{12,64}$/;

type Matched = Pick<NetworkFacts, 'id' | 'name' | 'labels'>;

/** The reference is the network's name, or an ID that it has or had, whole or the beginning of one. */
export function isMeant(network: Matched, reference: string): boolean {
  return networkMatcher(reference)(network);
}

/** The same for many networks: placement asks it of all that a fleet has. */
export function networkMatcher(reference: string): (network: Matched) => boolean {
  if (!networkIdShape.test(reference)) return ({ name }) => name === reference;
  const isBegun = (id: string) => id.startsWith(reference);
  return (network) =>
    network.name === reference || isBegun(network.id) || (formerIdsLabel in network.labels && formerIds(network).some(isBegun));
}

import { formerIds, type NetworkFacts } from '#contracts';

/** Docker's shortest shown id; anything shorter is taken for a name. */
const networkIdShape = /^[0-9a-f]{12,64}$/;

/** The reference is the network's name, or an ID that it has or had, whole or the beginning of one. */
export function isMeant(network: Pick<NetworkFacts, 'id' | 'name' | 'labels'>, reference: string): boolean {
  if (network.name === reference) return true;
  if (!networkIdShape.test(reference)) return false;
  return network.id.startsWith(reference) || formerIds(network).some((id) => id.startsWith(reference));
}

import { formerIds } from '#contracts';
import { besideContainer } from '#docker-api';
import { predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import { splitNode } from '../../fleet-view/lookup/split-node.ts';
import { refused, type TenantCase } from './judge.ts';
import { ownContainer, requireOwn } from './own-references.ts';

/** What engines take for a network that each of them has from birth; the first two are the bridge. */
const words: ReadonlySet<string> = new Set(['', 'default', ...predefinedNetworks]);

/**
 * Refuses a network that the tenant may not use, however it is named: what counts is the network that the reference finds, the node before
 * its name taken off as it will be on its way to the engine. Throws request/not-found for one that is not the tenant's.
 */
export function requireNetwork(by: TenantCase, reference: string): void {
  const name = splitNode(by.whole, reference)?.name ?? reference;
  const names = words.has(name) ? [name] : requireOwn(by, 'network', reference).map(({ facts }) => facts.name);
  for (const found of names) requireWord(by, found);
}

/** By whole ID, where nobody looks for an engine that has it: an engine takes anything else for the beginning of some ID, too. */
export function requireNetworkId(by: TenantCase, id: string): void {
  requireNetwork(by, id);
  if (!requireOwn(by, 'network', id).every(({ facts }) => facts.id === id || formerIds(facts).includes(id)))
    throw refused(`the network ${id} as a NetworkID that is none: write the whole ID, or leave it out`);
}

/** Refuses a name that goes to an engine as it stands and means something to it beyond the network that it was judged to be. */
export function requireSentNetwork(by: TenantCase, name: string): void {
  requireWord(by, name);
  if (!name.startsWith(besideContainer)) return;
  const reference = name.slice(besideContainer.length);
  if (ownContainer(by, reference) !== reference) throw refused(`the network ${name}, which engines take for a container's`);
}

function requireWord(by: TenantCase, name: string): void {
  const { defaultBridge, hostNamespaces } = by.policy.containers;
  if (!words.has(name) || name === 'none') return;
  if (name !== 'host' && !defaultBridge)
    throw refused('the default bridge: name a network of your own', 'containers.defaultBridge');
  if (name === 'host' && !hostNamespaces.includes('network')) throw refused('the network "host"', 'containers.hostNamespaces');
}

import { BaleenError } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { type Copies, distinctObjects, meantByPlainName } from './copies.ts';
import { formerNetworks } from './former-networks.ts';
import { ambiguousName, objectsNamed } from './plain-name.ts';
import { splitNode } from './split-node.ts';

export type FleetNetwork = FleetObject<'network'>;

/**
 * The network a client means (spec/classic-swarm.md 4.6): ID, name, `node/name`, unique prefix of an ID, an ID that it had before. A network that spans
 * engines has several copies, on healthy engines first. Fails with request/not-found, or with request/invalid where several would
 * fit, which lists them.
 */
export function findNetwork(view: FleetView, reference: string): Copies<'network'> {
  const found = matchNetwork(view, reference);
  if (found === undefined) throw new BaleenError('request/not-found', `network ${reference} not found`);
  return found;
}

function matchNetwork(view: FleetView, reference: string): Copies<'network'> | undefined {
  if (reference === '') return undefined;
  const identified = view.find('network', reference).filter((network) => network.facts.id === reference);
  if (identified.length > 0) return theOne(view, reference, distinctObjects(view, identified));
  const named = objectsNamed(view, 'network', reference);
  if (named.length > 0) return meantByPlainName(view, named) ?? refuse(view, reference, named);
  const onNode = splitNode(view, reference);
  if (onNode !== undefined) {
    const there = view.find('network', onNode.name).filter((network) => onNode.engines.has(network.engine));
    return theOne(view, reference, distinctObjects(view, there));
  }
  if (!/^[0-9a-z]{1,64}$/.test(reference)) return undefined;
  const byPrefix = [...view.objects('network')].filter((network) => network.facts.id.startsWith(reference));
  return theOne(view, reference, distinctObjects(view, byPrefix.length > 0 ? byPrefix : formerNetworks(view, reference)));
}

function theOne(view: FleetView, reference: string, networks: readonly Copies<'network'>[]): Copies<'network'> | undefined {
  return networks.length > 1 ? refuse(view, reference, networks) : networks[0];
}

function refuse(view: FleetView, reference: string, networks: readonly Copies<'network'>[]): never {
  throw ambiguousName(view, reference, networks);
}

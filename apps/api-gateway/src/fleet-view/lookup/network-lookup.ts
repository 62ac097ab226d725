import { BaleenError } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { splitNode } from './split-node.ts';

export type FleetNetwork = FleetObject<'network'>;

/** Networks that every engine has from birth: one of each is shown, the first healthy engine's answers for it. */
export const predefinedNetworks: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/**
 * The network a client means (spec/classic-swarm.md 4.6): ID, name, `node/name`, unique prefix of an ID. A network that spans
 * engines has several holders, healthy ones first. Fails with request/not-found, or request/invalid where several would fit.
 */
export function findNetwork(view: FleetView, reference: string): readonly [FleetNetwork, ...FleetNetwork[]] {
  const [first, ...others] = matchNetwork(view, reference);
  if (first === undefined) throw new BaleenError('request/not-found', `network ${reference} not found`);
  return [first, ...others];
}

function matchNetwork(view: FleetView, reference: string): readonly FleetNetwork[] {
  if (reference === '') return [];
  const exact = view.find('network', reference);
  if (predefinedNetworks.has(reference)) return healthyFirst(view, exact).slice(0, 1);
  if (exact.length > 0) return theOne(view, exact, reference);
  const onNode = splitNode(view, reference);
  if (onNode !== undefined) return view.find('network', onNode.name).filter((network) => onNode.engines.has(network.engine));
  if (!/^[0-9a-z]{1,64}$/.test(reference)) return [];
  const byPrefix = [...view.objects('network')].filter((network) => network.facts.id.startsWith(reference));
  return theOne(view, byPrefix, reference);
}

function theOne(view: FleetView, matches: readonly FleetNetwork[], reference: string): FleetNetwork[] {
  const ids = new Set(matches.map((network) => network.facts.id));
  if (ids.size > 1)
    throw new BaleenError('request/invalid', `network ${reference} is ambiguous (${ids.size} matches found based on name)`);
  return healthyFirst(view, matches);
}

function healthyFirst(view: FleetView, networks: readonly FleetNetwork[]): FleetNetwork[] {
  const isHealthy = (network: FleetNetwork) => view.engine(network.engine)?.isHealthy === true;
  const inOrder = networks.toSorted((left, right) =>
    nameOf(view, left).localeCompare(nameOf(view, right), 'en', { numeric: true }),
  );
  return [...inOrder.filter(isHealthy), ...inOrder.filter((network) => !isHealthy(network))];
}

function nameOf(view: FleetView, network: FleetNetwork): string {
  return view.engine(network.engine)?.name ?? '';
}

import { BaleenError, formerIds } from '#contracts';
import { hasLabels, replaceMembers } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { keptPerView } from '../../fleet-view/kept.ts';
import { distinctObjects, predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import type { FleetNetwork } from '../../fleet-view/lookup/network-lookup.ts';
import { nameOnNode, shownName } from '../../fleet-view/lookup/plain-name.ts';
import { onNodes } from '../../fleet-view/lookup/split-node.ts';
import { type ListFilters, readBoolean } from '../list-filters.ts';
import { joinedRows } from '../respond-array.ts';
import { nodeNameMatcher, textMatcher } from '../text-match.ts';

export const networkFilters: ReadonlySet<string> = new Set([
  'name',
  'id',
  'label',
  'driver',
  'type',
  'scope',
  'dangling',
  'node',
]);

/** Networks that `docker network ls` shows: predefined ones once, networks that span engines once, by name. */
export function selectNetworks(view: FleetView, filters: ListFilters): FleetNetwork[] {
  const shown = distinctObjects(view, [...view.objects('network')].filter(networkTest(view, filters)));
  return shown.map(([first]) => first).sort((left, right) => (left.facts.name < right.facts.name ? -1 : 1));
}

/** The list entry: the daemon's bytes under the name that the fleet shows. */
export function networkRow(view: FleetView, network: FleetNetwork): Buffer {
  const name = shownName(view, network);
  return name === network.facts.name ? network.summary : replaceMembers(network.summary, { Name: JSON.stringify(name) });
}

/** The answer to a list without list queries, as JSON; copied together once for everybody who asks until something changes. */
export const allNetworks = keptPerView(['engines', 'network'], (view): Buffer => {
  const rows = selectNetworks(view, new Map()).map((network) => networkRow(view, network));
  return joinedRows('[', rows, ']\n');
});

function networkTest(view: FleetView, filters: ListFilters): (network: FleetNetwork) => boolean {
  const any = (name: string, test: (network: FleetNetwork, values: readonly string[]) => boolean) => {
    const values = filters.get(name);
    return (network: FleetNetwork) => values === undefined || test(network, values);
  };
  const named = textMatcher(filters.get('name') ?? []);
  const namedOnNode = nodeNameMatcher(filters.get('name') ?? []);
  const identified = textMatcher(filters.get('id') ?? []);
  const isUsed = usedNetworks(view, filters);
  const wantsDangling = danglingOf(filters);
  refuseTypes(filters.get('type') ?? []);
  const tests = [
    any('name', (network) => named(network.facts.name) || namedOnNode(nameOnNode(view, network))),
    any('id', ({ facts }) => [facts.id, ...formerIds(facts)].some(identified)),
    any('label', (network, values) => hasLabels(network.facts.labels, values)),
    any('driver', (network, values) => values.includes(network.facts.driver)),
    any('scope', (network, values) => values.includes(network.facts.scope)),
    onNodes(view, filters.get('node')),
    any('type', ({ facts }, values) => values.includes(predefinedNetworks.has(facts.name) ? 'builtin' : 'custom')),
    any('dangling', ({ facts }) => (!predefinedNetworks.has(facts.name) && !isUsed.has(facts.id)) === wantsDangling),
  ];
  return (network) => tests.every((test) => test(network));
}

function usedNetworks(view: FleetView, filters: ListFilters): ReadonlySet<string> {
  return filters.has('dangling') ? networksInUse(view) : new Set();
}

const networksInUse = keptPerView(['engines', 'container'], (view): ReadonlySet<string> => {
  const used = new Set<string>();
  for (const { facts } of view.objects('container')) for (const id of Object.values(facts.networks)) used.add(id);
  return used;
});

function refuseTypes(types: readonly string[]): void {
  const unknown = types.find((type) => type !== 'custom' && type !== 'builtin');
  if (unknown !== undefined) throw new BaleenError('request/invalid', `invalid filter: 'type'='${unknown}'`);
}

/** Networks word this refusal otherwise than images and volumes. */
function danglingOf(filters: ListFilters): boolean | undefined {
  const values = filters.get('dangling');
  if (values === undefined) return undefined;
  if (values.length > 1) throw new BaleenError('request/invalid', 'got more than one value for filter key "dangling"');
  const wanted = readBoolean(values);
  if (wanted !== undefined) return wanted;
  throw new BaleenError('request/invalid', 'invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")');
}

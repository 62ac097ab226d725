import { type EngineIdentity, filterNames } from '#contracts';
import { engineIdentity } from '../fleet/fleet.builders.ts';
import type { Candidate, Demand, Resident } from './candidate.ts';
import { slotsOf } from './filters/container-slots.filter.ts';
import type { PlacementOptions } from './placement-options.ts';

/** What a test says of an engine; everything else is an empty, healthy one of 4 CPUs and 1,000 bytes. */
export type GivenCandidate = Partial<
  Pick<Candidate, 'health' | 'availability' | 'usedMemoryBytes' | 'usedNanoCpus' | 'containerCount'>
> & {
  readonly labels?: Readonly<Record<string, string>>;
  readonly identity?: Partial<EngineIdentity>;
  /** `80/tcp`, held on all interfaces. */
  readonly ports?: readonly string[];
  readonly devices?: readonly string[];
  readonly residents?: readonly Partial<Resident>[];
  readonly images?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  /** Of its networks and volumes. */
  readonly unused?: readonly string[];
  /** `label=value` */
  readonly groups?: readonly string[];
};

export function candidate(node: string, given: GivenCandidate = {}): Candidate {
  const residents = (given.residents ?? []).map((part) => ({ id: '', names: [], swarmId: '', labels: {}, ...part }));
  return {
    key: `key-of-${node}`,
    node,
    address: `${node}:2375`,
    health: 100,
    availability: 'active',
    labels: {},
    usedMemoryBytes: 0,
    usedNanoCpus: 0,
    containerCount: residents.length,
    ...given,
    containerSlots: slotsOf(given.labels ?? {}),
    identity: engineIdentity(node, given.identity),
    portAddresses: (hostPort, protocol) => (given.ports?.includes(`${hostPort}/${protocol}`) ? [''] : []),
    hasHostModePort: () => false,
    heldDevices: () => given.devices ?? [],
    residents: () => residents,
    hasImage: (reference) => given.images?.includes(reference) ?? false,
    imageNames: () => given.images ?? [],
    hasNetwork: (name) => given.networks?.includes(name) ?? false,
    hasVolume: (name) => given.volumes?.includes(name) ?? false,
    unused: (kind, id) => (given.unused?.includes(id) ? { kind, id, name: id, from: `key-of-${node}` } : undefined),
    hostsGroup: (label, labelled) => given.groups?.includes(`${label}=${labelled[label]}`) ?? false,
  };
}

export function placementOptions(given: Partial<PlacementOptions> = {}): PlacementOptions {
  const fleetPorts = { serves: () => false, firstHeld: () => undefined };
  const demandOf = ({ memoryBytes, nanoCpus }: Demand) => ({ memoryBytes, nanoCpus });
  return {
    strategy: 'spread',
    filters: filterNames,
    overcommit: 0,
    groupLabels: ['com.docker.compose.project'],
    fleetPorts,
    withheld: () => [],
    homesWithheld: () => [],
    moves: undefined,
    demandOf,
    ...given,
  };
}

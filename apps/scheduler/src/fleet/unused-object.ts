import {
  type ContainerFacts,
  isMeant,
  labels,
  type MovedObject,
  type NetworkFacts,
  type ReservationRecord,
  type VolumeFacts,
} from '#contracts';

/** What an engine holds, as far as it says who uses a network or volume. */
export type Holdings = {
  readonly key: string;
  readonly networks: ReadonlyMap<string, NetworkFacts>;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
  containers(): Iterable<ContainerFacts>;
  holds(): Iterable<ReservationRecord>;
};

/**
 * The network or volume of that name (a network also by its ID) that no container of the engine, running or not, and no create under way is of, and
 * that is the same wherever it is made: a bridge, or a volume of the local driver. None whose own label says where it is to be. Walks over the
 * engine's containers.
 */
export function unusedObject(engine: Holdings, kind: MovedObject['kind'], reference: string): MovedObject | undefined {
  return kind === 'network' ? unusedNetwork(engine, reference) : unusedVolume(engine, reference);
}

function unusedNetwork(engine: Holdings, reference: string): MovedObject | undefined {
  const [network, ...others] = [...engine.networks.values()].filter((one) => isMeant(one, reference));
  if (network === undefined || others.length > 0 || network.driver !== 'bridge' || network.scope !== 'local') return undefined;
  if (isPlaced(network)) return undefined;
  const { id, name } = network;
  const isOf = ({ networks, networkMode }: ContainerFacts) =>
    Object.hasOwn(networks, name) || Object.values(networks).includes(id) || isMeant(network, networkMode);
  if (some(engine.containers(), isOf) || some(engine.holds(), (hold) => wantsNetwork(hold, network))) return undefined;
  return { kind: 'network', id, name, from: engine.key };
}

function wantsNetwork({ kind, name, request }: ReservationRecord, network: NetworkFacts): boolean {
  return (kind === 'network' && name === network.name) || request.networks.some((reference) => isMeant(network, reference));
}

function unusedVolume(engine: Holdings, name: string): MovedObject | undefined {
  const volume = engine.volumes.get(name);
  if (volume?.driver !== 'local' || isPlaced(volume)) return undefined;
  const isOf = ({ mounts }: ContainerFacts) => mounts.some((mount) => mount.type === 'volume' && mount.name === name);
  const isWanted = ({ kind, request }: ReservationRecord) =>
    request.volumes.includes(name) || (kind === 'volume' && request.name === name);
  if (some(engine.containers(), isOf) || some(engine.holds(), isWanted)) return undefined;
  return { kind: 'volume', id: name, name, from: engine.key };
}

/** Its own labels say where it is to be. */
function isPlaced({ labels: own }: Pick<NetworkFacts, 'labels'>): boolean {
  return Object.hasOwn(own, labels.constraints) || Object.hasOwn(own, labels.whitelists);
}

function some<T>(all: Iterable<T>, test: (one: T) => boolean): boolean {
  for (const one of all) if (test(one)) return true;
  return false;
}

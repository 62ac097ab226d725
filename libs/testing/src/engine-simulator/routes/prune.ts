import { json, type Reply } from '../http/reply.ts';
import type { Routes, Served } from '../http/route.ts';
import { isUp } from '../model/container.ts';
import { removeContainer } from '../model/container-lifecycle.ts';
import { predefinedNetworks } from '../model/network.ts';
import { removeNetwork } from '../model/network-membership.ts';

/** Prunes remove what is not in use, whatever the list query says; images and build caches stay. */
export const pruneRoutes: Routes = {
  'POST /containers/prune': { answer: pruneContainers },
  'POST /networks/prune': { answer: pruneNetworks },
  'POST /volumes/prune': { answer: pruneVolumes },
  'POST /images/prune': { answer: (served) => pruned(served, 'image', { ImagesDeleted: null, SpaceReclaimed: 0 }) },
  'POST /build/prune': { answer: (served) => pruned(served, 'builder', { CachesDeleted: null, SpaceReclaimed: 0 }) },
};

function pruneContainers(served: Served): Reply {
  const { state } = served;
  const stopped = [...state.containers.all].filter((container) => !isUp(container));
  for (const container of stopped) removeContainer(state, container, { isForced: false, withVolumes: false });
  const ContainersDeleted = stopped.length === 0 ? null : stopped.map(({ id }) => id);
  return pruned(served, 'container', { ContainersDeleted, SpaceReclaimed: 0 });
}

function pruneNetworks(served: Served): Reply {
  const { state } = served;
  const used = new Set([...state.containers.all].flatMap(({ endpoints }) => endpoints.map(({ network }) => network)));
  const unused = state.networks.all.filter((network) => !used.has(network) && !predefinedNetworks.has(network.name));
  for (const network of unused) removeNetwork(state, network);
  return pruned(served, 'network', { NetworksDeleted: unused.length === 0 ? null : unused.map(({ name }) => name) });
}

/** Anonymous ones only, as daemons do since API 1.42. */
function pruneVolumes(served: Served): Reply {
  const { state } = served;
  const used = new Set([...state.containers.all].flatMap(({ mounts }) => mounts.map(({ name }) => name)));
  const unused = state.volumes.all.filter(({ name }) => /^[0-9a-f]{64}$/.test(name) && !used.has(name)).map(({ name }) => name);
  for (const name of unused) state.volumes.remove(name);
  return pruned(served, 'volume', { VolumesDeleted: unused, SpaceReclaimed: 0 });
}

function pruned({ state }: Served, type: 'container' | 'network' | 'volume' | 'image' | 'builder', answer: object): Reply {
  state.tell({ type, action: 'prune', id: '', attributes: { reclaimed: '0' } });
  return json(answer);
}

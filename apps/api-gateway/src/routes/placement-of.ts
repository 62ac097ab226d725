import type { PlacementRequest } from '#contracts';

const nothing: PlacementRequest = {
  name: '',
  image: '',
  swarmId: '',
  labels: {},
  constraints: [],
  affinities: [],
  whitelists: [],
  reschedulePolicies: [],
  memoryBytes: 0,
  memoryReservationBytes: 0,
  nanoCpus: 0,
  cpuShares: 0,
  cpusetCpus: '',
  devices: [],
  networkMode: '',
  ports: [],
  exposedPorts: [],
  volumesFrom: [],
  links: [],
  namespaces: [],
  volumes: [],
  networks: [],
  platform: '',
  minApiVersion: '',
};

/** A request that asks for nothing but what is given: networks and volumes are placed by their labels and node alone. */
export function placementOf(wanted: Partial<PlacementRequest>): PlacementRequest {
  return { ...nothing, ...wanted };
}

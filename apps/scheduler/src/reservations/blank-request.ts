import type { PlacementRequest } from '#contracts';

/** A request that asks for nothing: what a rename reserves besides the name. */
export const blankRequest: PlacementRequest = {
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

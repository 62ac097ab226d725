import type { FleetNode } from '#contracts';

/** A healthy engine as a gateway tells of it, with what is given in the place of the usual. */
export const fleetNode = (given: Partial<FleetNode>): FleetNode => ({
  id: 'x',
  name: 'node-1',
  address: '10.0.0.1:2375',
  state: 'healthy',
  availability: 'active',
  failures: 0,
  failureLimit: 3,
  flapsAtMs: [],
  clockDeltaMs: 0,
  containers: 3,
  running: 2,
  serverVersion: '28.5.2',
  labels: {},
  ...given,
});

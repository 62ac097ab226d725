import type { ContainerFacts, EngineIdentity, EngineRecord } from '#contracts';

/** Records for tests: everything usual unless said otherwise. */
export function engineIdentity(name: string, given: Partial<EngineIdentity> = {}): EngineIdentity {
  return {
    id: `id-of-${name}`,
    name,
    ip: '10.0.0.1',
    cpus: 4,
    memoryBytes: 1_000,
    labels: {},
    storageDriver: 'overlay2',
    kernelVersion: '6.1',
    operatingSystem: 'Debian',
    osType: 'linux',
    architecture: 'x86_64',
    serverVersion: '28.0.0',
    apiVersion: '1.51',
    minApiVersion: '1.24',
    runtimes: ['runc'],
    devices: [],
    ...given,
  };
}

export function engineRecord(key: string, given: Partial<EngineRecord> = {}): EngineRecord {
  return {
    key,
    address: `${key}:2375`,
    epoch: 1,
    monitor: 'monitor-1',
    state: 'healthy',
    failures: 0,
    failureLimit: 3,
    sinceMs: 0,
    updatedAtMs: 0,
    flapsAtMs: [],
    clockDeltaMs: 0,
    identity: engineIdentity(`node-${key}`),
    inventoryComplete: true,
    ...given,
  };
}

export function containerFacts(id: string, given: Partial<ContainerFacts> = {}): ContainerFacts {
  return {
    id,
    names: [id],
    image: 'nginx',
    imageId: 'sha256:1',
    state: 'running',
    exitCode: 0,
    health: 'none',
    createdAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: 0,
    labels: {},
    ports: [],
    exposedPorts: [],
    networkMode: 'bridge',
    networks: {},
    mounts: [],
    autoRemove: false,
    restartCount: 0,
    resources: { memoryBytes: 0, memoryReservationBytes: 0, nanoCpus: 0, cpuShares: 0, cpusetCpus: '', devices: [] },
    ...given,
  };
}

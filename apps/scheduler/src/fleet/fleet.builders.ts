import { type ContainerFacts, emptyPlacementRequest, labels, type PlacementRequest } from '#contracts';
import { containerFacts } from '#testing';

export { containerFacts, engineIdentity, engineRecord } from '#testing';

/** The container that a request became under an operation. */
export function containerOf(id: string, operation: string, request: PlacementRequest): ContainerFacts {
  const { memoryBytes, memoryReservationBytes, nanoCpus, cpuShares, cpusetCpus } = request;
  return containerFacts(id, {
    names: [request.name === '' ? `random_${id}` : request.name],
    labels: { ...request.labels, [labels.operation]: operation },
    ports: request.ports.map((port) => ({ ...port, containerPort: port.hostPort })),
    resources: { memoryBytes, memoryReservationBytes, nanoCpus, cpuShares, cpusetCpus, devices: [] },
  });
}

export function placementRequest(given: Partial<PlacementRequest> = {}): PlacementRequest {
  return { ...emptyPlacementRequest, image: 'nginx', networkMode: 'bridge', ...given };
}

import { type ContainerFacts, emptyPlacementRequest, type PlacementRequest, type SchedulerRequest } from '#contracts';

/**
 * What a container asks for after `docker update`: the figures given, the container's own for the rest.
 * `userShares` are the container's CpuShares as its user gave them (under swarm.cpushares=cores: cores).
 */
export function resizedRequest(facts: ContainerFacts, change: SchedulerRequest<'resize'>, userShares: number): PlacementRequest {
  const { resources } = facts;
  return {
    ...emptyPlacementRequest,
    labels: facts.labels,
    image: facts.image,
    memoryBytes: change.memoryBytes ?? resources.memoryBytes,
    memoryReservationBytes: change.memoryReservationBytes ?? resources.memoryReservationBytes,
    nanoCpus: change.nanoCpus ?? resources.nanoCpus,
    cpuShares: change.cpuShares ?? userShares,
    cpusetCpus: change.cpusetCpus ?? resources.cpusetCpus,
  };
}

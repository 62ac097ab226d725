import type { ContainerResources } from '#contracts';
import type { Demand } from '../placement/candidate.ts';

const nanoPerCpu = 1_000_000_000;
const sharesPerEngine = 1_024;

export type DemandReading = {
  /** `cores`: CpuShares ask for cores, as classic read them (spec 5.9); `shares`: they reserve nothing. */
  readonly cpuShares: 'cores' | 'shares';
  /** The figures are the user's; otherwise CpuShares are what the engine was sent. */
  readonly sharesAsAsked: boolean;
  /** Processors of the engine, which the shares it was sent are parts of. */
  readonly engineCpus: number;
};

/** The larger of limit and reservation; of `--cpus`, the cpuset and, under swarm.cpushares=cores, the shares. */
export function demandOf(resources: Omit<ContainerResources, 'devices'>, reading: DemandReading): Demand {
  const nanoCpus = Math.max(
    resources.nanoCpus,
    cpusetSize(resources.cpusetCpus) * nanoPerCpu,
    sharesAsNanoCpus(resources.cpuShares, reading),
  );
  return { memoryBytes: Math.max(resources.memoryBytes, resources.memoryReservationBytes), nanoCpus };
}

/** CpuShares to send an engine for a number of cores. */
export function sharesForCores(cores: number, engineCpus: number): number {
  return engineCpus <= 0 ? 0 : Math.ceil((cores * sharesPerEngine) / engineCpus);
}

/** The inverse, in whole cores as classic read them back. */
export function coresForShares(shares: number, engineCpus: number): number {
  return Math.floor((shares * engineCpus) / sharesPerEngine);
}

/** Processors in a cpuset such as `0-2,5`; 0 when empty. */
function cpusetSize(cpuset: string): number {
  if (cpuset === '') return 0;
  let size = 0;
  for (const part of cpuset.split(',')) {
    const [first, last = first] = part.trim().split('-');
    if (first === undefined || first === '' || last === undefined) continue;
    const count = Number(last) - Number(first) + 1;
    if (Number.isInteger(count) && count > 0) size += count;
  }
  return size;
}

function sharesAsNanoCpus(cpuShares: number, reading: DemandReading): number {
  if (reading.cpuShares !== 'cores' || cpuShares <= 0) return 0;
  return (reading.sharesAsAsked ? cpuShares : coresForShares(cpuShares, reading.engineCpus)) * nanoPerCpu;
}

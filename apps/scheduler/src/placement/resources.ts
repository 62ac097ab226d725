import type { Candidate, Demand, PlacementDemand } from './candidate.ts';

const nanoPerCpu = 1_000_000_000;

/** How full an engine would be, in percent of what may be promised. */
export type Scores = { readonly cpu: number; readonly memory: number };

/** What one engine had too little of; bytes of memory, billionths of a CPU. */
export type Shortage = {
  readonly resource: 'memory' | 'CPUs';
  readonly node: string;
  readonly wanted: number;
  readonly free: number;
};

/** What an engine may promise: capacity plus overcommit, to the byte (classic cut 0.29 down to 28 %). */
export function promisable(candidate: Candidate, overcommit: number): { memoryBytes: number; nanoCpus: number } {
  const { memoryBytes, cpus } = candidate.identity;
  return { memoryBytes: withOvercommit(memoryBytes, overcommit), nanoCpus: withOvercommit(cpus * nanoPerCpu, overcommit) };
}

/** The share is rounded by itself: `x * 1.29` would lose a unit to the binary fraction. */
function withOvercommit(capacity: number, overcommit: number): number {
  return capacity + Math.round(capacity * overcommit);
}

/** Scores of spec 5.8, or why the request does not fit; exactly full still fits. What asks for nothing always fits. */
export function scoreResources(
  candidate: Candidate,
  demand: Demand,
  overcommit: number,
): { scores: Scores } | { refusal: string; shortage: Shortage } {
  const total = promisable(candidate, overcommit);
  const freeMemory = total.memoryBytes - candidate.usedMemoryBytes;
  if (demand.memoryBytes > 0 && demand.memoryBytes > freeMemory)
    return refused({ resource: 'memory', node: candidate.node, wanted: demand.memoryBytes, free: Math.max(0, freeMemory) });
  const freeNanoCpus = total.nanoCpus - candidate.usedNanoCpus;
  if (demand.nanoCpus > 0 && demand.nanoCpus > freeNanoCpus)
    return refused({ resource: 'CPUs', node: candidate.node, wanted: demand.nanoCpus, free: Math.max(0, freeNanoCpus) });
  return {
    scores: {
      cpu: demand.nanoCpus === 0 ? 100 : percent(candidate.usedNanoCpus + demand.nanoCpus, total.nanoCpus),
      memory: demand.memoryBytes === 0 ? 100 : percent(candidate.usedMemoryBytes + demand.memoryBytes, total.memoryBytes),
    },
  };
}

/** More CPUs, as a limit or by number, than any of these engines has: what an engine says to it is that the request is wrong. Shares are no limit. */
export function asksBeyondAll(
  request: PlacementDemand,
  candidates: readonly Candidate[],
  demandOf: (request: PlacementDemand) => Demand,
): boolean {
  const { nanoCpus } = demandOf({ ...request, cpuShares: 0 });
  return candidates.every(({ identity }) => nanoCpus > identity.cpus * nanoPerCpu);
}

function percent(part: number, whole: number): number {
  return Math.floor((part * 100) / whole);
}

function refused(shortage: Shortage): { refusal: string; shortage: Shortage } {
  const { resource, wanted, free } = shortage;
  return { refusal: `${resource}: ${amount(resource, wanted)} wanted, ${amount(resource, free)} free`, shortage };
}

/** As users write it: `1.1 GiB`, `0.5`. Free amounts are never shown larger than they are. */
export function amount(resource: Shortage['resource'], count: number): string {
  return resource === 'memory' ? bytes(count) : String(Math.floor(count / (nanoPerCpu / 1_000)) / 1_000);
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Math.floor(value * 10) / 10} ${units[unit] ?? 'B'}`;
}

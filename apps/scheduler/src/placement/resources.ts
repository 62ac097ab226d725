import type { Candidate, PlacementDemand } from './candidate.ts';

const nanoPerCpu = 1_000_000_000;

/** How full an engine would be, in percent of what may be promised. */
export type Scores = { readonly cpu: number; readonly memory: number };

/** What an engine may promise: capacity plus overcommit, exactly (classic cut 0.29 down to 28 %). */
export function promisable(candidate: Candidate, overcommit: number): { memoryBytes: number; nanoCpus: number } {
  return {
    memoryBytes: Math.floor(candidate.identity.memoryBytes * (1 + overcommit)),
    nanoCpus: Math.floor(candidate.identity.cpus * nanoPerCpu * (1 + overcommit)),
  };
}

/** Scores of spec 5.8, or why the request does not fit; exactly full still fits. What asks for nothing always fits. */
export function scoreResources(
  candidate: Candidate,
  request: PlacementDemand,
  overcommit: number,
): { scores: Scores } | { refusal: string } {
  const total = promisable(candidate, overcommit);
  const demand = candidate.demandOf(request);
  if (demand.memoryBytes > 0 && candidate.usedMemoryBytes + demand.memoryBytes > total.memoryBytes) {
    return {
      refusal: `memory: ${bytes(demand.memoryBytes)} wanted, ${bytes(Math.max(0, total.memoryBytes - candidate.usedMemoryBytes))} free`,
    };
  }
  if (demand.nanoCpus > 0 && candidate.usedNanoCpus + demand.nanoCpus > total.nanoCpus) {
    return {
      refusal: `CPUs: ${cores(demand.nanoCpus)} wanted, ${cores(Math.max(0, total.nanoCpus - candidate.usedNanoCpus))} free`,
    };
  }
  return {
    scores: {
      cpu: demand.nanoCpus === 0 ? 100 : Math.floor(((candidate.usedNanoCpus + demand.nanoCpus) * 100) / total.nanoCpus),
      memory:
        demand.memoryBytes === 0 ? 100 : Math.floor(((candidate.usedMemoryBytes + demand.memoryBytes) * 100) / total.memoryBytes),
    },
  };
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(4))} ${units[unit] ?? 'B'}`;
}

function cores(nanoCpus: number): string {
  return String(Number((nanoCpus / nanoPerCpu).toFixed(3)));
}

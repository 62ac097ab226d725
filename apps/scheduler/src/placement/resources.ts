import type { ContainerResources } from '#contracts';
import { type Candidate, fits, type PlacementConfig, rejects, type Verdict } from './types.ts';

/** What a container holds, or wants to hold, of an engine. */
export type Demand = { readonly memoryBytes: number; readonly cores: number };

type ResourceFigures = Pick<
  ContainerResources,
  'memoryBytes' | 'memoryReservationBytes' | 'nanoCpus' | 'cpuShares' | 'cpusetCpus'
>;

const nanosPerCore = 1e9;
/** CpuShares of a whole engine in classic's conversion (spec 5.9). */
const sharesPerEngine = 1024;

/** Memory counts as `--memory` says, else as `--memory-reservation`: the limit is what it may take, the reservation what it hopes for. */
export function memoryOf(figures: Pick<ResourceFigures, 'memoryBytes' | 'memoryReservationBytes'>): number {
  return figures.memoryBytes > 0 ? figures.memoryBytes : Math.max(0, figures.memoryReservationBytes);
}

/** Demand of a request: `--cpus`, else the size of `--cpuset-cpus`, else CpuShares as cores where the operator reads them so. */
export function demandOf(figures: ResourceFigures, config: Pick<PlacementConfig, 'cpuSharesAsCores'>): Demand {
  const cores = plainCoresOf(figures);
  return {
    memoryBytes: memoryOf(figures),
    cores: cores === 0 && config.cpuSharesAsCores ? Math.max(0, figures.cpuShares) : cores,
  };
}

/** Demand of a container as the engine reports it: its CpuShares are converted back with the engine's cpus (spec 5.9). */
export function heldDemandOf(
  figures: ResourceFigures,
  engineCpus: number,
  config: Pick<PlacementConfig, 'cpuSharesAsCores'>,
): Demand {
  const cores = plainCoresOf(figures);
  const fromShares = config.cpuSharesAsCores ? Math.floor((Math.max(0, figures.cpuShares) * engineCpus) / sharesPerEngine) : 0;
  return { memoryBytes: memoryOf(figures), cores: cores === 0 ? fromShares : cores };
}

/** CpuShares to send to an engine for so many cores, as classic did. */
export function sharesForCores(cores: number, engineCpus: number): number {
  return Math.ceil((cores * sharesPerEngine) / Math.max(1, engineCpus));
}

function plainCoresOf({ nanoCpus, cpusetCpus }: Pick<ResourceFigures, 'nanoCpus' | 'cpusetCpus'>): number {
  return nanoCpus > 0 ? nanoCpus / nanosPerCore : cpusetSize(cpusetCpus);
}

/** `0-2,5` = 4. What is no list counts 0: the engine refuses it with its own words. */
export function cpusetSize(text: string): number {
  let size = 0;
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part);
    if (match === null) return 0;
    size += Math.max(0, Number(match[2] ?? match[1]) - Number(match[1]) + 1);
  }
  return size;
}

export function totalMemoryBytes(candidate: Candidate, overcommit: number): number {
  return candidate.memoryBytes + Math.round(candidate.memoryBytes * overcommit);
}

/** Whole nanos, so that sums of fractions such as 0.1 compare exactly. */
export function totalNanos(candidate: Candidate, overcommit: number): number {
  return Math.round(candidate.cpus * (1 + overcommit) * nanosPerCore);
}

export const nanosOf = (cores: number) => Math.round(cores * nanosPerCore);

/** Exactly full fits. What is not asked for is not looked at. */
export function fitsResources(candidate: Candidate, demand: Demand, overcommit: number): Verdict {
  const short: string[] = [];
  const memoryFree = totalMemoryBytes(candidate, overcommit) - candidate.usedMemoryBytes;
  if (demand.memoryBytes > 0 && demand.memoryBytes > memoryFree)
    short.push(`memory: ${bytesText(demand.memoryBytes)} wanted, ${bytesText(Math.max(0, memoryFree))} free`);
  const nanosFree = totalNanos(candidate, overcommit) - nanosOf(candidate.usedCores);
  if (demand.cores > 0 && nanosOf(demand.cores) > nanosFree)
    short.push(`cpus: ${coresText(demand.cores)} wanted, ${coresText(Math.max(0, nanosFree / nanosPerCore))} free`);
  return short.length === 0 ? fits : rejects(short.join(', '));
}

/** What no engine has enough of, with the engine that comes nearest. */
export function shortageOf(candidates: readonly Candidate[], demand: Demand, overcommit: number): string {
  const mostOf = (free: (candidate: Candidate) => number) =>
    candidates.map((candidate) => ({ node: candidate.node, free: Math.max(0, free(candidate)) })).sort((a, b) => b.free - a.free)[0];
  const memory = mostOf((candidate) => totalMemoryBytes(candidate, overcommit) - candidate.usedMemoryBytes);
  const cores = mostOf((candidate) => (totalNanos(candidate, overcommit) - nanosOf(candidate.usedCores)) / nanosPerCore);
  const parts: string[] = [];
  if (demand.memoryBytes > 0 && memory !== undefined)
    parts.push(`memory: ${bytesText(demand.memoryBytes)} wanted, ${bytesText(memory.free)} free on ${memory.node} at most`);
  if (demand.cores > 0 && cores !== undefined)
    parts.push(`cpus: ${coresText(demand.cores)} wanted, ${coresText(cores.free)} free on ${cores.node} at most`);
  return parts.join('; ');
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Math.floor(value * 10) / 10} ${binaryUnits[unit]}`;
}

const coresText = (cores: number) => String(Math.floor(cores * 100) / 100);

import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { keptPerEngine } from '../../fleet-view/kept.ts';

export type ContainerCounts = {
  readonly total: number;
  readonly running: number;
  readonly paused: number;
  readonly stopped: number;
};

/** Paused containers count as paused, not as running. */
export const countContainers = keptPerEngine((engine): ContainerCounts => {
  let running = 0;
  let paused = 0;
  for (const { facts } of engine.shelves.container.values()) {
    if (facts.state === 'paused') paused += 1;
    else if (facts.state === 'running' || facts.state === 'restarting') running += 1;
  }
  const total = engine.shelves.container.size;
  return { total, running, paused, stopped: total - running - paused };
});

export type Reserved = { readonly nanoCpus: number; readonly memoryBytes: number };

/**
 * What the engine's containers have asked for: memory and NanoCPUs; under `swarm.cpushares=cores` also CPU shares, which the
 * engine holds as parts of 1024 of its CPUs (spec/classic-swarm.md 5.9).
 */
export function reservedOn(engine: FleetEngine, cpuShares: 'cores' | 'shares'): Reserved {
  const cpus = engine.identity?.cpus ?? 0;
  let nanoCpus = 0;
  let memoryBytes = 0;
  for (const { facts } of engine.shelves.container.values()) {
    nanoCpus += facts.resources.nanoCpus;
    if (cpuShares === 'cores') nanoCpus += Math.floor((facts.resources.cpuShares * cpus) / fullShares) * 1e9;
    memoryBytes += facts.resources.memoryBytes;
  }
  return { nanoCpus, memoryBytes };
}

/** Docker's weight of one whole machine. */
const fullShares = 1024;

import type { EngineSummary } from '#contracts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import { countContainers, reservedOn } from '../routes/system/engine-totals.ts';

/** What its CPU and memory figures are read as, see `reservedOn`. */
export type CpuShares = 'cores' | 'shares';

const nanoCpusPerCpu = 1e9;

/** A member as the dashboard shows it. */
export function engineSummary(engine: FleetEngine, cpuShares: CpuShares): EngineSummary {
  const { identity, wish, condition } = engine;
  const { total, running } = countContainers(engine);
  const reserved = reservedOn(engine, cpuShares);
  return {
    key: engine.key,
    id: engine.nodeId,
    name: engine.name,
    address: engine.address,
    ...condition,
    state: engine.shownState,
    availability: wish?.availability ?? 'active',
    containers: total,
    running,
    cpus: identity?.cpus ?? 0,
    memoryBytes: identity?.memoryBytes ?? 0,
    reservedCpus: reserved.nanoCpus / nanoCpusPerCpu,
    reservedMemoryBytes: reserved.memoryBytes,
    serverVersion: identity?.serverVersion ?? '',
    operatingSystem: identity?.operatingSystem ?? '',
    labels: { ...identity?.labels, ...wish?.labels },
    monitor: engine.owner,
  };
}

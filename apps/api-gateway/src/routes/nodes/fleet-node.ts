import type { FleetNode } from '#contracts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { countContainers } from '../system/engine-totals.ts';

/** A member as `baleen nodes` shows it; `agentHost` where it is known. */
export function fleetNode(engine: FleetEngine, agentHost: string | undefined): FleetNode {
  const { record, identity, wish, condition } = engine;
  const { total, running } = countContainers(engine);
  return {
    id: engine.nodeId,
    name: engine.name,
    address: engine.address,
    ...condition,
    state: engine.shownState,
    availability: wish?.availability ?? 'active',
    failures: record?.failures ?? 0,
    failureLimit: record?.failureLimit ?? 0,
    flapsAtMs: record?.flapsAtMs ?? [],
    conflict: record?.conflict,
    clockDeltaMs: record?.clockDeltaMs ?? 0,
    inventoryAtMs: record?.inventoryAtMs,
    containers: total,
    running,
    serverVersion: identity?.serverVersion ?? '',
    labels: { ...identity?.labels, ...wish?.labels },
    monitor: engine.owner,
    agentHost,
  };
}

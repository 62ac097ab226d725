export type { Fault, FaultRule } from './faults/fault-rule.ts';
export { EngineHost, type FleetOptions, type WhichEngines } from './fleet/engine-host.ts';
export type { Storm } from './fleet/event-storm.ts';
export type { FleetRequests } from './fleet/request-counts.ts';
export { SimulatedFleet } from './fleet/simulated-fleet.ts';

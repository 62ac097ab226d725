import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import type { PlanEngine, PlanFleet } from './rescheduling-plan.ts';

/** The ledger as the rescheduling plan reads it; engines without movable containers are left out. */
export function planFleetOf(ledger: FleetLedger): PlanFleet {
  return {
    engines: planEngines(ledger),
    replacement: (container) => ledger.replacement(container),
    exists: (operation) => ledger.containerOf(operation) !== undefined,
  };
}

function* planEngines(ledger: FleetLedger): Iterable<PlanEngine> {
  for (const load of ledger.candidates()) {
    if (!load.hasMovable) continue;
    yield {
      key: load.key,
      state: load.state,
      availability: load.availability,
      movable: load.movable(),
      isLocalVolume: (name) => (load.volumes.get(name)?.driver ?? 'local') === 'local',
    };
  }
}

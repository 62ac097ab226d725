import type { OrderKeyRing } from '#cluster-log';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import { orderOf } from './order-of.ts';
import type { PlanEngine, PlanFleet } from './rescheduling-plan.ts';

/** The ledger as the rescheduling plan reads it; engines without movable containers are left out. */
export function planFleetOf(ledger: FleetLedger, orderKeys: OrderKeyRing): PlanFleet {
  return {
    engines: planEngines(ledger),
    replacement: (container) => ledger.replacement(container),
    exists: (operation) => ledger.containerOf(operation) !== undefined,
    problemOf: (facts) => {
      const order = orderOf(facts, ledger, orderKeys);
      return 'problem' in order ? order.problem : undefined;
    },
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

import { isFalse } from '#docker-api';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';

/** Of the daemon or given by `docker node update --label-add`; a false value (`false`, `0`, `no`, `none`) keeps builds away. */
const builderLabel = 'baleen.builder';

/** Does a label keep all builds, also those placed by the scheduler, off this engine? */
export function isNoBuilder({ identity, wish }: FleetEngine): boolean {
  const label = { ...identity?.labels, ...wish?.labels }[builderLabel];
  return label !== undefined && isFalse(label);
}

/** Why builds are not sent to this engine just now; `undefined` = they may be. */
export function whyNoBuilder(engine: FleetEngine): string | undefined {
  const { condition, wish } = engine;
  if (!engine.isHealthy) return condition.reason ?? `it is ${condition.state}`;
  const availability = wish?.availability ?? 'active';
  if (availability !== 'active') return `its availability is ${availability}`;
  return isNoBuilder(engine) ? `its label ${builderLabel} says no` : undefined;
}

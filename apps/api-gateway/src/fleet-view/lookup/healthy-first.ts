import type { ObjectKind } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';

/** Objects on engines that answer before the others, else in the order given. */
export function healthyFirst<K extends ObjectKind>(view: FleetView, objects: Iterable<FleetObject<K>>): FleetObject<K>[] {
  const healthy: FleetObject<K>[] = [];
  const others: FleetObject<K>[] = [];
  for (const object of objects) (view.engine(object.engine)?.isHealthy ? healthy : others).push(object);
  return [...healthy, ...others];
}

const collator = new Intl.Collator('en', { numeric: true });

/** By the names of their nodes: the index keeps objects in the order in which they came, which differs between gateways. */
export function inNodeOrder<K extends ObjectKind>(view: FleetView, objects: Iterable<FleetObject<K>>): FleetObject<K>[] {
  const nodeOf = (object: FleetObject<K>) => view.engine(object.engine)?.name ?? '';
  return [...objects].sort((left, right) => collator.compare(nodeOf(left), nodeOf(right)));
}

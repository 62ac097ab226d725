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

/** By the names of their nodes: the index keeps objects in the order in which they came, which differs between gateways. */
export function inNodeOrder<K extends ObjectKind>(view: FleetView, objects: Iterable<FleetObject<K>>): FleetObject<K>[] {
  const ranked = Array.from(objects, (object) => ({ object, rank: view.rank(object.engine) }));
  return ranked.sort((left, right) => left.rank - right.rank).map(({ object }) => object);
}

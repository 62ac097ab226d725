import { formerIds } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { healthyFirst, inNodeOrder } from './healthy-first.ts';

/** Kinds of objects that live on an engine under a name of their own choice, which several engines may have. */
export type NamedKind = 'network' | 'volume';

/** The records of one object, of engines that answer first; several where engines share it. */
export type Copies<K extends NamedKind> = readonly [FleetObject<K>, ...FleetObject<K>[]];

/** Networks that every engine has from birth: the fleet shows one of each. */
export const predefinedNetworks: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/** One and the same on every engine that lists it: networks by their scope, volumes by their driver (spec/classic-swarm.md 4.6, 4.7). */
export function isShared({ kind, facts }: FleetObject<NamedKind>): boolean {
  return kind === 'network' ? facts.scope !== 'local' : facts.driver !== 'local';
}

/** Records with the same key are copies of one object. A cloned machine has networks of the same ID: they are two. */
export function objectKey(object: FleetObject<NamedKind>): string {
  const { kind, engine, facts } = object;
  if (kind === 'network' && predefinedNetworks.has(facts.name)) return `predefined ${facts.name}`;
  const own = 'id' in facts ? facts.id : facts.name;
  return isShared(object) ? `shared ${facts.driver} ${own}` : `${engine} ${own}`;
}

/** The objects that these records are copies of, by the names of their nodes, engines that answer first. */
export function distinctObjects<K extends NamedKind>(view: FleetView, records: Iterable<FleetObject<K>>): Copies<K>[] {
  const byKey = new Map<string, [FleetObject<K>, ...FleetObject<K>[]]>();
  for (const record of healthyFirst(view, inNodeOrder(view, records))) {
    const key = objectKey(record);
    const copies = byKey.get(key);
    if (copies === undefined) byKey.set(key, [record]);
    else copies.push(record);
  }
  return [...byKey.values()];
}

/**
 * Of several objects of one plain name, the one it means: the only one, else the only one that engines share; of networks the only
 * one that can be reached, since a rescheduled container took its network along, else the one that is just being made anew of another. `undefined` =
 * nobody can say.
 */
export function meantByPlainName<K extends NamedKind>(view: FleetView, objects: readonly Copies<K>[]): Copies<K> | undefined {
  if (objects.length < 2) return objects[0];
  const shared = objects.filter(([first]) => isShared(first));
  if (shared.length === 1) return shared[0];
  // Never of volumes: the one that cannot be reached may be the one with the data.
  const reachable = objects.filter(([first]) => first.kind === 'network' && view.engine(first.engine)?.isHealthy === true);
  if (reachable.length === 1) return reachable[0];
  const latest = objects.filter(([{ facts }]) => 'id' in facts && !objects.some(([other]) => wasBefore(other, facts.id)));
  return latest.length === 1 ? latest[0] : undefined;
}

/** The network was this one before it was made anew (ADR 55). */
function wasBefore({ facts }: FleetObject<NamedKind>, id: string): boolean {
  return 'id' in facts && formerIds(facts).includes(id);
}

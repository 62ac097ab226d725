import type { PlacementRequest } from '#contracts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type Copies, meantByPlainName, type NamedKind } from '../../fleet-view/lookup/copies.ts';
import { ambiguousName, objectsNamed } from '../../fleet-view/lookup/plain-name.ts';
import { isCalled } from '../../fleet-view/lookup/split-node.ts';

/**
 * A create that names a network or volume which several nodes have does not say what it wants: whichever had room would decide on
 * which data the container starts. Naming the node, as in `node/name` or by a constraint, says it. Throws request/invalid.
 */
export function refuseAmbiguousNames(
  view: FleetView,
  { networks, volumes, constraints }: Pick<PlacementRequest, 'networks' | 'volumes' | 'constraints'>,
): void {
  const nodes = constraints.flatMap((constraint) => /^node==([^~*/].*)$/.exec(constraint)?.[1] ?? []);
  const refuse = (kind: NamedKind, name: string) => {
    const objects = objectsNamed(view, kind, name);
    if (objects.length > 1 && meantByPlainName(view, fitting(view, objects, nodes)) === undefined)
      throw ambiguousName(view, name, objects);
  };
  for (const name of networks) refuse('network', name);
  for (const name of volumes) refuse('volume', name);
}

/** Those on the nodes named, if any is. */
function fitting(view: FleetView, objects: readonly Copies<NamedKind>[], nodes: readonly string[]): Copies<NamedKind>[] {
  const isNamed = (key: string) => {
    const engine = view.engine(key);
    return engine !== undefined && nodes.some((node) => isCalled(engine, node));
  };
  const there = objects.filter((copies) => copies.some(({ engine }) => isNamed(engine)));
  return there.length > 0 ? there : [...objects];
}

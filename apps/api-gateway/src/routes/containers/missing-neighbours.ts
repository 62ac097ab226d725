import { BaleenError, type PlacementRequest } from '#contracts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';

/** The containers that a create wants beside its own, and where. */
type Neighbours = Pick<PlacementRequest, 'volumesFrom' | 'links' | 'namespaces' | 'constraints'>;

export function hasNeighbours({ volumesFrom, links, namespaces }: Neighbours): boolean {
  return volumesFrom.length + links.length + namespaces.length > 0;
}

/**
 * Refuses `--volumes-from`, `--link` and `--network|--ipc|--pid container:` of a container that the fleet does not have, in the engine's
 * words and with its 400. Of a network an engine says so at the start, which it cannot get to here: nobody knows where to create.
 * Likewise of a name that is nobody's to guess, unless the create names the node. Throws request/invalid.
 */
export function refuseMissingNeighbours(view: FleetView, { volumesFrom, links, namespaces, constraints }: Neighbours): void {
  const isOnNode = constraints.some((constraint) => /^node==[^~*/]/.test(constraint));
  const refuse = (reference: string, complaint: string) => {
    if (!isKnown(view, reference, isOnNode))
      throw new BaleenError('request/invalid', `${complaint}No such container: ${reference}`);
  };
  for (const { kind, reference } of namespaces)
    refuse(reference, kind === 'net' ? 'joining network namespace of container: ' : '');
  for (const reference of volumesFrom) refuse(reference, '');
  for (const reference of links) refuse(reference, `could not get container for ${reference}: `);
}

/** By name, ID, Swarm ID or the beginning of either; on which engine, and whether an ID is on one alone, is the scheduler's to judge. */
function isKnown(view: FleetView, reference: string, isOnNode: boolean): boolean {
  const plain = reference.replace(/^\//, '');
  if (plain === '') return false;
  const named = view.find('container', plain);
  if (named.length > 1 && !isOnNode) findContainer(view, plain);
  if (named.length > 0) return true;
  const [any] = view.containersStartingWith(plain);
  return any !== undefined;
}

import { BaleenError } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { splitNode } from './split-node.ts';

export type FleetVolume = FleetObject<'volume'>;

/** Every volume of that name, or of that name on the node of `node/name`; request/not-found in the daemon's words when there is none. */
export function findVolumes(view: FleetView, reference: string): readonly [FleetVolume, ...FleetVolume[]] {
  const [first, ...others] = matchVolumes(view, reference);
  if (first === undefined) throw new BaleenError('request/not-found', `get ${reference}: no such volume`);
  return [first, ...others];
}

/**
 * The one volume a client means (spec/classic-swarm.md 4.7): a plain name that several nodes have is ambiguous, unless a driver
 * other than `local` makes them one and the same.
 */
export function findVolume(view: FleetView, reference: string): FleetVolume {
  const volumes = findVolumes(view, reference);
  const shared = volumes.find((volume) => volume.facts.driver !== 'local');
  if (volumes.length === 1 || shared !== undefined) return shared ?? volumes[0];
  const shown = volumes.map((volume) => `${view.engine(volume.engine)?.name}/${volume.facts.name}`).join(', ');
  throw new BaleenError('request/invalid', `volume ${reference} is ambiguous: it is ${shown}`);
}

export function matchVolumes(view: FleetView, reference: string): FleetVolume[] {
  const plain = view.find('volume', reference);
  if (plain.length > 0) return plain;
  const onNode = splitNode(view, reference);
  if (onNode === undefined) return [];
  return view.find('volume', onNode.name).filter((volume) => onNode.engines.has(volume.engine));
}

import { BaleenError } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { type Copies, distinctObjects, meantByPlainName } from './copies.ts';
import { ambiguousName, objectsNamed } from './plain-name.ts';
import { splitNode } from './split-node.ts';

export type FleetVolume = FleetObject<'volume'>;

/**
 * The volume a client means (spec/classic-swarm.md 4.7): name or `node/name`. A volume of a driver other than `local` has a copy on
 * each engine that knows it, on healthy engines first. Fails with request/not-found in the daemon's words, or with request/invalid
 * where several would fit, which lists them: a guess could delete the wrong data.
 */
export function findVolume(view: FleetView, reference: string): Copies<'volume'> {
  const found = matchVolume(view, reference);
  if (found === undefined) throw new BaleenError('request/not-found', `get ${reference}: no such volume`);
  return found;
}

/** As `findVolume`, but `undefined` when nothing fits. */
export function matchVolume(view: FleetView, reference: string): Copies<'volume'> | undefined {
  const named = objectsNamed(view, 'volume', reference);
  const onNode = named.length > 0 ? undefined : splitNode(view, reference);
  const fitting =
    onNode === undefined
      ? named
      : distinctObjects(
          view,
          view.find('volume', onNode.name).filter((volume) => onNode.engines.has(volume.engine)),
        );
  const meant = meantByPlainName(view, fitting);
  if (meant === undefined && fitting.length > 0) throw ambiguousName(view, reference, fitting);
  return meant;
}

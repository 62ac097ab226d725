import type { FactsOf, ObjectKind, Stamp } from '#contracts';
import type { ListedObject } from './listed-object.ts';
import type { FleetContainer } from './roll/fleet-container.ts';

/** One container, image, network or volume on one engine, as the log has it. */
export type FleetObject<K extends ObjectKind> = {
  readonly kind: K;
  /** Key of the engine that holds it. */
  readonly engine: string;
  readonly stamp: Stamp;
  readonly facts: FactsOf[K];
  /** The daemon's own list entry, one JSON object; of a container that was listed, as it was shown. */
  readonly summary: Buffer;
};

/** As the view keeps it. */
export type HeldObject<K extends ObjectKind> = FleetObject<K> &
  Pick<ListedObject<K>, 'moveTo' | 'ownEntry'> &
  (K extends 'container' ? FleetContainer : unknown);

import type { FactsOf, ObjectKind, Stamp } from '#contracts';

/** One container, image, network or volume on one engine, as the log has it. */
export type FleetObject<K extends ObjectKind> = {
  readonly kind: K;
  /** Key of the engine that holds it. */
  readonly engine: string;
  readonly stamp: Stamp;
  readonly facts: FactsOf[K];
  /** The daemon's own list entry, one JSON object. */
  readonly summary: Buffer;
};

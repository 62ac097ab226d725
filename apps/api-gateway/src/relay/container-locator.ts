import { BaleenError, type EngineState } from '#contracts';
import type { ApiVersion } from '#docker-api';

/** An engine as the relay needs it. */
export type EngineTarget = {
  readonly key: string;
  /** As `parseEngineAddress` reads it. */
  readonly address: string;
  /** The node name users see. */
  readonly node: string;
  readonly state: EngineState;
  /** Why it is not healthy. */
  readonly reason?: string | undefined;
  /** The newest and the oldest API version it speaks. */
  readonly apiVersion: ApiVersion;
  readonly minApiVersion: ApiVersion;
};

export type LocatedContainer = {
  /** What its engine knows it by: id, prefix of one, or name, as the client said. */
  readonly id: string;
  readonly engine: EngineTarget;
};

/** Where things are. Implemented over the fleet view. */
export interface ContainerLocator {
  /** By id, unique id prefix, name or `node/name`. Throws request/not-found `No such container: <ref>`. */
  locate(ref: string): Promise<LocatedContainer>;
  /** Whether whoever asks may know of the container with this whole ID on the engine with this key. */
  mayKnow(id: string, engine: string): Promise<boolean>;
  /** Every visible engine, the unhealthy ones included. */
  allEngines(): readonly EngineTarget[];
}

/** Locates a container on an engine that answers. Throws engine/unhealthy at once when its engine is known not to. */
export async function locateReachable(locator: ContainerLocator, ref: string): Promise<LocatedContainer> {
  const located = await locator.locate(ref);
  const { state, node, reason } = located.engine;
  if (state === 'healthy') return located;
  throw new BaleenError('engine/unhealthy', `Container ${ref} running on unhealthy node ${node}: ${reason ?? state}`, {
    details: { engine: located.engine.key },
  });
}

import type { ContainerLocator, EngineTarget, LocatedContainer } from '../relay/container-locator.ts';
import { engineReference } from './engine-reference.ts';
import type { FleetEngine } from './fleet-engine.ts';
import { findContainer, isWholeId, matchContainer } from './lookup/container-lookup.ts';
import type { FollowedView } from './view-follower.ts';
import type { ViewScope } from './view-scope.ts';

/** Locates containers in the view. A reference that is not there yet is looked up again behind a barrier. */
export class ViewLocator implements ContainerLocator {
  readonly #follower: FollowedView;
  readonly #isPartial: boolean;

  /** `scope`: whose view that is. */
  constructor(follower: FollowedView, scope: ViewScope | undefined = undefined) {
    this.#follower = follower;
    this.#isPartial = scope !== undefined;
  }

  async locate(ref: string): Promise<LocatedContainer> {
    await this.#follower.ready;
    // IDs never move to another container; only what is unknown, or a name, may have changed behind this view.
    const known = isWholeId(ref) ? matchContainer(this.#follower.view, ref) : undefined;
    if (known === undefined) await this.#follower.upToDate();
    const view = this.#follower.view;
    const container = known ?? findContainer(view, ref);
    const engine = view.engine(container.engine);
    if (engine === undefined) throw new Error(`container ${container.facts.id} is visible on an engine that is not`);
    return { id: engineReference(container.facts, ref), engine: engineTarget(engine) };
  }

  async mayKnow(id: string, engine: string): Promise<boolean> {
    if (!this.#isPartial) return true;
    await this.#follower.upToDate();
    const found = this.#follower.view.containersWithId(id);
    return found.some((container) => container.facts.id === id && container.engine === engine);
  }

  allEngines(): readonly EngineTarget[] {
    return this.#follower.view.visible().map(engineTarget);
  }
}

/** An engine as the relay and the daemon client dial it. */
export function engineTarget(engine: FleetEngine): EngineTarget {
  return {
    key: engine.key,
    address: engine.address,
    node: engine.name,
    state: engine.condition.state,
    reason: engine.condition.reason,
    apiVersion: engine.identity?.apiVersion ?? '',
    minApiVersion: engine.identity?.minApiVersion ?? '',
  };
}

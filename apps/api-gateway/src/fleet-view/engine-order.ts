import type { FleetEngine } from './fleet-engine.ts';

type Orders = {
  readonly members: readonly FleetEngine[];
  readonly visible: readonly FleetEngine[];
  readonly healthy: readonly FleetEngine[];
  readonly ranks: ReadonlyMap<string, number>;
};

/** The fleet's engines in the order of their names (numbers by value); sorted anew after a change only, since every request asks. */
export class EngineOrder {
  readonly #engines: ReadonlyMap<string, FleetEngine>;
  #kept: Orders | undefined;

  constructor(engines: ReadonlyMap<string, FleetEngine>) {
    this.#engines = engines;
  }

  /** An engine has come or gone, or has another name, address or health. */
  changed(): void {
    this.#kept = undefined;
  }

  members(): readonly FleetEngine[] {
    return this.#orders().members;
  }

  visible(): readonly FleetEngine[] {
    return this.#orders().visible;
  }

  healthy(): readonly FleetEngine[] {
    return this.#orders().healthy;
  }

  /** Place among the members; -1 = it is none. */
  rank(key: string): number {
    return this.#orders().ranks.get(key) ?? -1;
  }

  #orders(): Orders {
    if (this.#kept === undefined) {
      const members = [...this.#engines.values()].filter((engine) => engine.member !== undefined).sort(byName);
      const visible = members.filter((engine) => engine.isVisible);
      const healthy = visible.filter((engine) => engine.isHealthy);
      const ranks = new Map(members.map(({ key }, place) => [key, place]));
      this.#kept = { members, visible, healthy, ranks };
    }
    return this.#kept;
  }
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(left: FleetEngine, right: FleetEngine): number {
  return collator.compare(left.name, right.name) || collator.compare(left.address, right.address);
}

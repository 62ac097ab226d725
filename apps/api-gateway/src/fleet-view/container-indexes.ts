import { labels } from '#contracts';
import { shortIdLength } from '#docker-api';
import type { FleetEngine } from './fleet-engine.ts';
import { IdPrefixes } from './id-prefixes.ts';
import { LabelIndex } from './label-index.ts';
import { ContainerRoll } from './roll/container-roll.ts';
import type { FleetContainer } from './roll/fleet-container.ts';

/** What finds containers without walking over all of them, beside their names. */
export class ContainerIndexes {
  /** Containers of visible engines; everything else here has those of the others too. */
  readonly roll = new ContainerRoll();
  readonly #prefixes = new IdPrefixes<FleetContainer>(idsOf);
  readonly #labels: LabelIndex<FleetContainer>;
  /** By engine, then by image: a key of both would be made and hashed anew for each container. */
  readonly #imageUse = new Map<string, Map<string, number>>();

  constructor(engines: ReadonlyMap<string, FleetEngine>) {
    this.#labels = new LabelIndex(() => containersOf(engines.values()));
  }

  /** Those that have this ID, whole or short. */
  withId(id: string): FleetContainer[] {
    return this.#shownAs(id, ({ facts }) => facts.id);
  }

  withSwarmId(id: string): FleetContainer[] {
    return this.#shownAs(id, ({ facts }) => facts.labels[labels.swarmId] ?? '');
  }

  startingWith(prefix: string): Iterable<FleetContainer> {
    return this.#prefixes.startingWith(prefix);
  }

  labelled(label: string): readonly ReadonlySet<FleetContainer>[] {
    return this.#labels.holders(label);
  }

  imageUse(engine: string, imageId: string): number {
    return this.#imageUse.get(engine)?.get(imageId) ?? 0;
  }

  /** `next` is the record now in the place of `current`. True when the use of images has changed by it. */
  change(current: FleetContainer | undefined, next: FleetContainer | undefined, isVisible: boolean): boolean {
    if (current !== undefined) {
      this.#prefixes.remove(current);
      this.#labels.remove(current);
    }
    if (next !== undefined) {
      this.#prefixes.add(next);
      this.#labels.add(next);
    }
    if (isVisible && current !== undefined && next !== undefined) this.roll.replace(current, next);
    else if (isVisible && current !== undefined) this.roll.remove(current);
    else if (isVisible && next !== undefined) this.roll.add(next);
    if (current?.facts.imageId === next?.facts.imageId) return false;
    if (current !== undefined) this.#countUse(current, -1);
    if (next !== undefined) this.#countUse(next, 1);
    return true;
  }

  engineChanged({ shelves, isVisible }: FleetEngine, wasVisible: boolean): void {
    for (const container of shelves.container.values()) {
      if (isVisible && wasVisible) this.roll.touch(container);
      else if (isVisible) this.roll.add(container);
      else if (wasVisible) this.roll.remove(container);
    }
  }

  #shownAs(id: string, wholeOf: (container: FleetContainer) => string): FleetContainer[] {
    const found: FleetContainer[] = [];
    for (const container of this.#prefixes.near(id)) if (isShownAs(wholeOf(container), id)) found.push(container);
    return found;
  }

  #countUse({ engine, facts }: FleetContainer, change: number): void {
    const ofEngine = this.#imageUse.get(engine) ?? new Map<string, number>();
    const count = (ofEngine.get(facts.imageId) ?? 0) + change;
    if (count === 0) ofEngine.delete(facts.imageId);
    else ofEngine.set(facts.imageId, count);
    if (ofEngine.size === 0) this.#imageUse.delete(engine);
    else this.#imageUse.set(engine, ofEngine);
  }
}

function isShownAs(whole: string, id: string): boolean {
  return whole === id || (id.length === shortIdLength && whole.startsWith(id));
}

function* containersOf(engines: Iterable<FleetEngine>): Generator<FleetContainer> {
  for (const { shelves } of engines) yield* shelves.container.values();
}

function idsOf({ facts }: FleetContainer): string[] {
  const swarmId = facts.labels[labels.swarmId];
  return swarmId ? [facts.id, swarmId] : [facts.id];
}

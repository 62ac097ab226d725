import { type LogEntry, Registrations } from '#cluster-log';
import { type FactsOf, type ObjectKind, parseRecordSubject, type RecordSubject, SharedTexts, supersedes } from '#contracts';
import { ContainerIndexes } from './container-indexes.ts';
import { EngineOrder } from './engine-order.ts';
import { type EngineWords, FleetEngine } from './fleet-engine.ts';
import type { HeldObject } from './fleet-object.ts';
import { type FoundRecord, heldObject, shelfKey } from './held-object.ts';
import { imageKeys } from './image-keys.ts';
import { ObjectIndex } from './object-index.ts';
import type { ContainerRoll } from './roll/container-roll.ts';
import type { FleetContainer } from './roll/fleet-container.ts';
import { abandonUnregistered, type FoldedView, fold } from './view-fold.ts';
import type { ViewScope } from './view-scope.ts';

type Indexes = { readonly [K in ObjectKind]: ObjectIndex<HeldObject<K>> };

/** What readers of the view keep answers by: see `revision`. */
export type ViewPart = ObjectKind | 'engines' | 'imageUse';

/**
 * The fleet as a fold of the log: apply its entries in order. Objects of an engine that is no member, or has not said who it is,
 * are kept but not shown. Records are kept as the daemon's bytes; only the facts are parsed.
 */
export class FleetView {
  readonly #engines = new Map<string, FleetEngine>();
  readonly #order = new EngineOrder(this.#engines);
  readonly #folded: FoldedView;
  readonly #apiFloor: string;
  readonly #scope: ViewScope | undefined;
  readonly #parts = new Map<ViewScope, FleetView>();
  readonly #revisions: Record<ViewPart, number> = { engines: 0, imageUse: 0, container: 0, image: 0, network: 0, volume: 0 };
  readonly #containers = new ContainerIndexes(this.#engines);
  readonly #indexes: Indexes = {
    container: new ObjectIndex(({ facts }) => facts.names),
    image: new ObjectIndex((object) => imageKeys(object.facts)),
    network: new ObjectIndex(({ facts }) => [facts.id, facts.name]),
    volume: new ObjectIndex(({ facts }) => [facts.name]),
  };

  /** Who kept the view from being settled when it was last asked. */
  #awaited: FleetEngine | undefined;

  /** `onUnreadable` hears of a record that breaks its contract; such a record is passed over. `nowMs` dates the ends of leases. */
  constructor(
    onUnreadable: (subject: string, error: unknown) => void,
    nowMs: () => number,
    apiFloor = '',
    scope: ViewScope | undefined = undefined,
  ) {
    this.#apiFloor = apiFloor;
    this.#scope = scope;
    this.#folded = {
      texts: new SharedTexts(),
      nowMs,
      registrations: new Registrations(nowMs),
      onUnreadable,
      heldBy: (holder) => [...this.#engines.values()].filter(({ words }) => words.holder === holder).map(({ key }) => key),
      engineFor: (key) => this.#engineFor(key),
      hear: (key, words) => this.#hear(key, words),
      put: (key, id, found) => this.#put(key, id, found),
      remove: (key, kind, id) => this.#remove(key, kind, id),
    };
  }

  /**
   * The view of somebody who sees some objects only: all engines, and of what they hold what the scope shows. A view in its own right, made
   * once and kept up with this one until `forget`; every lookup, list and count over it knows nothing else.
   */
  scoped(scope: ViewScope): FleetView {
    const known = this.#parts.get(scope);
    if (known !== undefined) return known;
    const part = new FleetView(this.#folded.onUnreadable, this.#folded.nowMs, this.#apiFloor, scope);
    for (const engine of this.#engines.values()) part.#takeIn(engine);
    this.#parts.set(scope, part);
    return part;
  }

  forget(scope: ViewScope): void {
    this.#parts.delete(scope);
  }

  /** What whoever reads this view may know of such an object; `undefined` = nothing. */
  narrowed<K extends ObjectKind>(kind: K, facts: FactsOf[K]): FactsOf[K] | undefined {
    return this.#scope === undefined ? facts : this.#scope.narrowed(kind, facts);
  }

  /** Answers what the entry is of, for who follows the view; `undefined` = of a family that none reads. */
  apply(entry: LogEntry): RecordSubject | undefined {
    const subject = parseRecordSubject(entry.subject);
    if (subject === undefined) return undefined;
    try {
      fold(this.#folded, subject, entry);
    } catch (error) {
      this.#folded.onUnreadable(entry.subject, error);
    }
    return subject;
  }

  /** Holders that are not registered are gone. To be asked once all of the log was applied, and once a goodbye is over. */
  abandonUnregistered(): void {
    abandonUnregistered(this.#folded, [...this.#engines.values()]);
  }

  /**
   * Rises whenever one of these parts changes: `engines` with who they are, their names, health and identity (not with every word of
   * their owners), a kind with its objects, `imageUse` with how many containers were made from each image of an engine.
   */
  revision(parts: readonly ViewPart[]): number {
    return parts.reduce((sum, part) => sum + this.#revisions[part], 0);
  }

  /** Every engine that discovery lists, pending ones included, in the order of their names (numbers by value). */
  members(): readonly FleetEngine[] {
    return this.#order.members();
  }

  /** Engines whose content clients see. */
  visible(): readonly FleetEngine[] {
    return this.#order.visible();
  }

  healthy(): readonly FleetEngine[] {
    return this.#order.healthy();
  }

  /** The engine's place in that order; before all others when it is no member. */
  rank(key: string): number {
    return this.#order.rank(key);
  }

  engine(key: string): FleetEngine | undefined {
    return this.#engines.get(key);
  }

  /** All visible objects of a kind, engine by engine. */
  *objects<K extends ObjectKind>(kind: K): Generator<HeldObject<K>> {
    for (const engine of this.visible()) yield* (engine.shelves[kind] as Map<string, HeldObject<K>>).values();
  }

  /** Visible objects of this name; images by their ID or a reference in full, networks by their ID too. */
  find<K extends ObjectKind>(kind: K, key: string): HeldObject<K>[] {
    const index = this.#indexes[kind] as ObjectIndex<HeldObject<K>>;
    return index.get(key).filter((object) => this.#isVisible(object));
  }

  /** Containers of visible engines in the order of the container list. */
  get roll(): ContainerRoll {
    return this.#containers.roll;
  }

  /** Visible containers that have this ID, whole or short; of machines that were cloned with their containers several. */
  containersWithId(id: string): FleetContainer[] {
    return this.#containers.withId(id).filter((container) => this.#isVisible(container));
  }

  containersWithSwarmId(id: string): FleetContainer[] {
    return this.#containers.withSwarmId(id).filter((container) => this.#isVisible(container));
  }

  /** Visible containers whose ID, or Swarm ID, begins so; who looks for one only stops at the second. */
  *containersStartingWith(prefix: string): Generator<FleetContainer> {
    for (const container of this.#containers.startingWith(prefix)) if (this.#isVisible(container)) yield container;
  }

  /** Containers with this label, `key` or `key=value`, in sets without overlap; those of engines that are not visible too. */
  containersLabelled(label: string): readonly ReadonlySet<FleetContainer>[] {
    return this.#containers.labelled(label);
  }

  /** How many containers of the engine were made from the image. */
  imageUse(engine: string, imageId: string): number {
    return this.#containers.imageUse(engine, imageId);
  }

  /**
   * Discovery has listed something and every listed engine has answered or failed. Asked with each word of an engine: of those that have not, the last
   * one is remembered, since they come about in their order.
   */
  get isSettled(): boolean {
    const awaited = this.#awaited;
    if (awaited?.member !== undefined && !awaited.isSettled) return false;
    let members = 0;
    this.#awaited = undefined;
    for (const engine of this.#engines.values()) {
      if (engine.member === undefined) continue;
      members += 1;
      if (!engine.isSettled) this.#awaited = engine;
    }
    return members > 0 && this.#awaited === undefined;
  }

  #hear(key: string, words: Partial<EngineWords>): void {
    const engine = this.#engineFor(key);
    const wasVisible = engine.isVisible;
    if (engine.hear(words)) {
      this.#revisions.engines += 1;
      this.#order.changed();
      this.#containers.engineChanged(engine, wasVisible);
    }
    this.#dropForgotten(engine);
    for (const part of this.#parts.values()) part.#hear(key, words);
  }

  #dropForgotten(engine: FleetEngine): void {
    if (engine.isForgotten && !engine.isWatched) this.#engines.delete(engine.key);
  }

  /** Everything that is known of an engine elsewhere. */
  #takeIn(engine: FleetEngine): void {
    this.#hear(engine.key, engine.words);
    for (const shelf of Object.values(engine.shelves))
      for (const [id, { kind, stamp, facts, ownEntry }] of shelf)
        this.#put(engine.key, id, { kind, stamp, facts, entry: ownEntry });
  }

  /** Into this view, as far as it shows such an object, and into its parts. */
  #put(key: string, id: string, found: FoundRecord): void {
    const facts = this.narrowed(found.kind, found.facts as never);
    if (facts === undefined) this.#remove(key, found.kind, id);
    else this.#keep(this.#engineFor(key), id, facts === found.facts ? found : { ...found, facts });
    for (const part of this.#parts.values()) part.#put(key, id, found);
  }

  #remove(key: string, kind: ObjectKind, id: string): void {
    const engine = this.#engineFor(key);
    const current = engine.shelves[kind].get(id);
    if (engine.shelves[kind].delete(id)) this.#changed(engine, kind, current, undefined);
    this.#dropForgotten(engine);
    for (const part of this.#parts.values()) part.#remove(key, kind, id);
  }

  #keep(engine: FleetEngine, id: string, found: FoundRecord): void {
    const { kind, stamp, entry } = found;
    const current = engine.shelves[kind].get(id);
    if (current?.stamp.sequence === stamp.sequence) {
      // In a new batch, as it was written then: it must not keep the former one in memory.
      current.moveTo(entry);
      return;
    }
    if (!supersedes(stamp, current?.stamp)) return;
    const next = heldObject(engine.key, found);
    (engine.shelves[kind] as Map<string, HeldObject<ObjectKind>>).set(shelfKey(next, id), next);
    this.#changed(engine, kind, current, next);
  }

  #changed(
    engine: FleetEngine,
    kind: ObjectKind,
    current: HeldObject<ObjectKind> | undefined,
    next: HeldObject<ObjectKind> | undefined,
  ): void {
    engine.revision += 1;
    this.#revisions[kind] += 1;
    (this.#indexes[kind] as ObjectIndex<HeldObject<ObjectKind>>).replace(current, next);
    if (kind !== 'container') return;
    const containers = [current as FleetContainer | undefined, next as FleetContainer | undefined] as const;
    if (this.#containers.change(...containers, engine.isVisible)) this.#revisions.imageUse += 1;
  }

  #isVisible({ engine }: { readonly engine: string }): boolean {
    return this.#engines.get(engine)?.isVisible === true;
  }

  #engineFor(key: string): FleetEngine {
    const known = this.#engines.get(key);
    if (known !== undefined) return known;
    const engine = new FleetEngine(key, this.#apiFloor);
    this.#engines.set(key, engine);
    return engine;
  }
}

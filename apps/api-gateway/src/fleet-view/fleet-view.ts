import { decodeLease, type LogEntry } from '#cluster-log';
import {
  decodeObject,
  EngineRecord,
  labels,
  MemberRecord,
  NodeRecord,
  type ObjectKind,
  type Stamp,
  supersedes,
} from '#contracts';
import { FleetEngine } from './fleet-engine.ts';
import type { FleetObject } from './fleet-object.ts';
import { imageKeys } from './image-keys.ts';
import { ObjectIndex } from './object-index.ts';

/** Index keys of containers carry what they are, so that a name never hits an ID. */
export const containerKey = {
  id: (id: string) => `i${id}`,
  swarmId: (id: string) => `s${id}`,
  name: (name: string) => `n${name}`,
} as const;

/** Length of the short ids that clients show and send back. */
export const shortIdLength = 12;

type Indexes = { readonly [K in ObjectKind]: ObjectIndex<K> };

/**
 * The fleet as a fold of the log: apply its entries in order. Objects of an engine that is no member, or has not said who it is,
 * are kept but not shown. Records are kept as the daemon's bytes; only the facts are parsed.
 */
export class FleetView {
  readonly #engines = new Map<string, FleetEngine>();
  /** Members in the order shown; made anew after a change of membership or names. */
  #order: readonly FleetEngine[] | undefined;
  readonly #onUnreadable: (subject: string, error: unknown) => void;
  readonly #nowMs: () => number;
  readonly #apiFloor: string;
  readonly #indexes: Indexes = {
    container: new ObjectIndex((object) => containerKeys(object)),
    image: new ObjectIndex((object) => imageKeys(object.facts)),
    network: new ObjectIndex(({ facts }) => [facts.id, facts.name]),
    volume: new ObjectIndex(({ facts }) => [facts.name]),
  };

  /** `onUnreadable` hears of a record that breaks its contract; such a record is passed over. `nowMs` dates the ends of leases. */
  constructor(onUnreadable: (subject: string, error: unknown) => void, nowMs: () => number, apiFloor = '') {
    this.#onUnreadable = onUnreadable;
    this.#nowMs = nowMs;
    this.#apiFloor = apiFloor;
  }

  apply(entry: LogEntry): void {
    try {
      this.#apply(entry.subject.split('.'), entry);
    } catch (error) {
      this.#onUnreadable(entry.subject, error);
    }
  }

  /** Every engine that discovery lists, pending ones included, in the order of their names (numbers by value). */
  members(): readonly FleetEngine[] {
    this.#order ??= [...this.#engines.values()].filter((engine) => engine.member !== undefined).sort(byName);
    return this.#order;
  }

  /** Engines whose content clients see. */
  visible(): FleetEngine[] {
    return this.members().filter((engine) => engine.isVisible);
  }

  healthy(): FleetEngine[] {
    return this.members().filter((engine) => engine.isHealthy);
  }

  engine(key: string): FleetEngine | undefined {
    return this.#engines.get(key);
  }

  /** All visible objects of a kind, engine by engine. */
  *objects<K extends ObjectKind>(kind: K): Generator<FleetObject<K>> {
    for (const engine of this.visible()) yield* engine.shelves[kind].values() as Iterable<FleetObject<K>>;
  }

  /** Visible objects that have this key in the kind's index. */
  find<K extends ObjectKind>(kind: K, key: string): FleetObject<K>[] {
    const index = this.#indexes[kind] as ObjectIndex<K>;
    return index.get(key).filter((object) => this.#engines.get(object.engine)?.isVisible === true);
  }

  /** Discovery has listed something and every listed engine has answered or failed. */
  get isSettled(): boolean {
    let members = 0;
    for (const engine of this.#engines.values()) {
      if (engine.member === undefined) continue;
      if (!engine.isSettled) return false;
      members += 1;
    }
    return members > 0;
  }

  #apply([family, key, third, fourth]: string[], { payload, sequence }: LogEntry): void {
    if (family === 'lease') {
      if (key === 'engine' && third !== undefined) this.#applyLease(this.#engineFor(third), payload);
      return;
    }
    if (key === undefined) return;
    const engine = this.#engineFor(key);
    if (family === 'member' || third === 'info') this.#order = undefined;
    if (family === 'member') engine.member = payload && MemberRecord.parse(json(payload));
    else if (family === 'node') engine.wish = payload && NodeRecord.parse(json(payload));
    else if (family === 'engine' && third === 'info') this.#applyInfo(engine, payload);
    else if (family === 'engine' && isKind(third) && fourth !== undefined)
      this.#applyObject(engine, third, fourth, payload, sequence);
    this.#dropForgotten(engine);
  }

  /** Released last when an engine is no member any more. */
  #applyLease(engine: FleetEngine, payload: Uint8Array | undefined): void {
    const owner = payload && decodeLease(payload)?.holder;
    if (payload !== undefined && owner === undefined) throw new Error('not the record of a lease');
    if (owner === undefined && engine.owner !== undefined) engine.unownedSinceMs = this.#nowMs();
    engine.owner = owner;
    this.#dropForgotten(engine);
  }

  #dropForgotten(engine: FleetEngine): void {
    if (engine.isForgotten && !engine.isWatched) this.#engines.delete(engine.key);
  }

  #applyInfo(engine: FleetEngine, payload: Uint8Array | undefined): void {
    const next = payload && EngineRecord.parse(json(payload));
    if (next !== undefined && engine.record !== undefined && next.epoch < engine.record.epoch) return;
    engine.record = next;
  }

  #applyObject<K extends ObjectKind>(
    engine: FleetEngine,
    kind: K,
    id: string,
    payload: Uint8Array | undefined,
    sequence: number,
  ) {
    const shelf = engine.shelves[kind] as Map<string, FleetObject<K>>;
    const index = this.#indexes[kind] as ObjectIndex<K>;
    const current = shelf.get(id);
    if (payload === undefined) {
      if (current !== undefined) index.remove(current);
      shelf.delete(id);
      return;
    }
    const record = decodeObject(kind, payload);
    const stamp: Stamp = { epoch: record.epoch, sequence };
    if (!supersedes(stamp, current?.stamp)) return;
    if (current !== undefined) index.remove(current);
    // A copy: the payload is a window on the connection's receive buffer, which would live as long as the record.
    const summary = Buffer.from(Uint8Array.from(record.summary));
    const object: FleetObject<K> = { kind, engine: engine.key, stamp, facts: record.facts, summary };
    shelf.set(id, object);
    index.add(object);
  }

  #engineFor(key: string): FleetEngine {
    const known = this.#engines.get(key);
    if (known !== undefined) return known;
    const engine = new FleetEngine(key, this.#apiFloor);
    this.#engines.set(key, engine);
    return engine;
  }
}

function containerKeys({ facts }: FleetObject<'container'>): string[] {
  const keys = [containerKey.id(facts.id), containerKey.id(facts.id.slice(0, shortIdLength))];
  const swarmId = facts.labels[labels.swarmId];
  if (swarmId) keys.push(containerKey.swarmId(swarmId), containerKey.swarmId(swarmId.slice(0, shortIdLength)));
  return [...keys, ...facts.names.map(containerKey.name)];
}

function isKind(text: string | undefined): text is ObjectKind {
  return text === 'container' || text === 'image' || text === 'network' || text === 'volume';
}

function json(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(left: FleetEngine, right: FleetEngine): number {
  return collator.compare(left.name, right.name) || collator.compare(left.address, right.address);
}

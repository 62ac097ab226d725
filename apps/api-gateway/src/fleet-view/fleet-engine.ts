import {
  conditionOf,
  type EngineCondition,
  type EngineIdentity,
  type EngineRecord,
  isSettled,
  type MemberRecord,
  type NodeRecord,
  type ObjectKind,
  type ShownState,
  shownState,
} from '#contracts';
import type { EngineFace } from './engine-face.ts';
import type { HeldObject } from './fleet-object.ts';
import { nodeId } from './node-id.ts';

export type Shelves = { readonly [K in ObjectKind]: Map<string, HeldObject<K>> };

/** What the log says of an engine itself. */
export type EngineWords = {
  readonly member: MemberRecord | undefined;
  readonly record: EngineRecord | undefined;
  /** The operator's wishes (`docker node update`). */
  readonly wish: NodeRecord | undefined;
  /** Id of the process that holds the engine's lease. */
  readonly holder: string | undefined;
  /** That process is gone. */
  readonly isAbandoned: boolean;
  /** When this gateway saw the last owner go. */
  readonly unownedSinceMs: number | undefined;
};

const nothingSaid: EngineWords = {
  member: undefined,
  record: undefined,
  wish: undefined,
  holder: undefined,
  isAbandoned: false,
  unownedSinceMs: undefined,
};

/** What the log says of one engine. Only `FleetView` changes it. */
export class FleetEngine {
  readonly key: string;
  readonly nodeId: string;
  /** See contracts, `EngineSight.apiFloor`. */
  readonly apiFloor: string;
  /** Keyed by the last token of the record's subject. */
  readonly shelves: Shelves = { container: new Map(), image: new Map(), network: new Map(), volume: new Map() };
  /** Rises with every change of the engine or of what it holds. */
  revision = 0;
  #words: EngineWords = nothingSaid;
  #condition: EngineCondition;
  #face: EngineFace = { name: '', ip: '', address: '', isHealthy: false, clockDeltaMs: 0 };
  #shape = '';

  constructor(key: string, apiFloor: string) {
    this.key = key;
    this.apiFloor = apiFloor;
    this.nodeId = nodeId(key);
    this.#condition = conditionOf(this);
  }

  /** Takes in what the log says now. True when that changes what the engine is to others: its place, name, health or identity. */
  hear(words: Partial<EngineWords>): boolean {
    this.revision += 1;
    this.#words = { ...this.#words, ...words };
    this.#condition = conditionOf(this);
    const { name, ip, address, isHealthy } = this;
    const clockDeltaMs = this.record?.clockDeltaMs ?? 0;
    const face = { name, ip, address, isHealthy, clockDeltaMs };
    const shape = JSON.stringify([face, this.member !== undefined, this.shownState, this.identity]);
    if (shape === this.#shape) return false;
    this.#shape = shape;
    this.#face = face;
    return true;
  }

  get words(): EngineWords {
    return this.#words;
  }

  get member(): MemberRecord | undefined {
    return this.#words.member;
  }

  get record(): EngineRecord | undefined {
    return this.#words.record;
  }

  get wish(): NodeRecord | undefined {
    return this.#words.wish;
  }

  /** Id of the monitor or agent that watches it. */
  get owner(): string | undefined {
    return this.#words.isAbandoned ? undefined : this.#words.holder;
  }

  get unownedSinceMs(): number | undefined {
    return this.#words.unownedSinceMs;
  }

  /** False while nobody does: what is known of it may be old. */
  get isWatched(): boolean {
    return this.owner !== undefined;
  }

  /** Listed by discovery and heard of at least once; anything else shows nothing to clients. */
  get isVisible(): boolean {
    return this.member !== undefined && this.record?.identity !== undefined;
  }

  get isHealthy(): boolean {
    return this.isVisible && this.#condition.state === 'healthy';
  }

  /** State, reason, since and next retry: what everything that is shown or decided reads, never the record's own. */
  get condition(): EngineCondition {
    return this.#condition;
  }

  get face(): EngineFace {
    return this.#face;
  }

  /** The state as users see it: `drained` when the operator drains a healthy engine. */
  get shownState(): ShownState {
    return shownState(this.condition.state, this.wish?.availability);
  }

  /** Its inventory is in the log, or it has failed: waiting longer brings nothing. */
  get isSettled(): boolean {
    return isSettled(this);
  }

  get identity(): EngineIdentity | undefined {
    return this.record?.identity;
  }

  /** The name users see; empty while the daemon has not answered once. */
  get name(): string {
    return this.record?.identity?.name ?? '';
  }

  get address(): string {
    return this.member?.address ?? this.record?.address ?? '';
  }

  get ip(): string {
    return this.record?.identity?.ip ?? '';
  }

  /** Nothing of it is left in the log. */
  get isForgotten(): boolean {
    return (
      this.member === undefined &&
      this.record === undefined &&
      this.wish === undefined &&
      Object.values(this.shelves).every((shelf) => shelf.size === 0)
    );
  }
}

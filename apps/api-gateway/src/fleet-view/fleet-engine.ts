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
import type { FleetObject } from './fleet-object.ts';
import { nodeId } from './node-id.ts';

export type Shelves = { readonly [K in ObjectKind]: Map<string, FleetObject<K>> };

/** What the log says of one engine. Only `FleetView` changes it. */
export class FleetEngine {
  readonly key: string;
  readonly nodeId: string;
  /** See contracts, `EngineSight.apiFloor`. */
  readonly apiFloor: string;
  member: MemberRecord | undefined;
  record: EngineRecord | undefined;
  /** The operator's wishes (`docker node update`). */
  wish: NodeRecord | undefined;
  /** Id of the monitor that holds the engine's lease. */
  owner: string | undefined;
  /** When this gateway saw that lease end. */
  unownedSinceMs: number | undefined;
  /** Keyed by the last token of the record's subject. */
  readonly shelves: Shelves = { container: new Map(), image: new Map(), network: new Map(), volume: new Map() };

  constructor(key: string, apiFloor: string) {
    this.key = key;
    this.apiFloor = apiFloor;
    this.nodeId = nodeId(key);
  }

  /** False while no monitor holds the engine's lease: what is known of it may be old. */
  get isWatched(): boolean {
    return this.owner !== undefined;
  }

  /** Listed by discovery and heard of at least once; anything else shows nothing to clients. */
  get isVisible(): boolean {
    return this.member !== undefined && this.record?.identity !== undefined;
  }

  get isHealthy(): boolean {
    return this.isVisible && this.condition.state === 'healthy';
  }

  /** State, reason, since and next retry: what everything that is shown or decided reads, never the record's own. */
  get condition(): EngineCondition {
    return conditionOf(this);
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

import type { ContainerFacts, PackedEntry, Stamp } from '#contracts';
import { replaceMembers } from '#docker-api';
import type { EngineFace } from '../engine-face.ts';

/** A list entry as it was made for clients: a part of `bytes`, with the status between two cuts. */
export type ShownRow = {
  /** Shared by the rows of a block. */
  readonly bytes: Buffer;
  readonly start: number;
  /** Where the status is, as JSON text. */
  readonly statusStart: number;
  readonly statusEnd: number;
  readonly end: number;
  /** Until when the status is right: ms since 1970 by the gateway's clock. */
  readonly untilMs: number;
  readonly face: EngineFace;
  /** The daemon's `Ports`, where the row has others. */
  readonly ports: string | undefined;
};

/**
 * A container as the view keeps it, a `FleetObject`. Its list entry is kept once: as it came, mostly packed, until it is shown, from then on inside the
 * block of rows that is sent to clients.
 */
export class FleetContainer {
  readonly kind = 'container';
  readonly engine: string;
  readonly stamp: Stamp;
  readonly facts: ContainerFacts;
  /** Where the roll has it, if it is there, among those that wait for their places. */
  waitsAt = 0;
  #entry: Buffer | PackedEntry | ShownRow;

  constructor(engine: string, stamp: Stamp, facts: ContainerFacts, entry: Buffer | PackedEntry) {
    this.engine = engine;
    this.stamp = stamp;
    this.facts = facts;
    this.#entry = entry;
  }

  get summary(): Buffer {
    const entry = this.#entry;
    if (Buffer.isBuffer(entry)) return entry;
    return 'start' in entry ? entry.bytes.subarray(entry.start, entry.end) : entry.bytes;
  }

  /** The list entry as it came from the daemon but for its name and status, which are made anew whenever it is shown. */
  get ownEntry(): Buffer | PackedEntry {
    const entry = this.#entry;
    if (!('start' in entry)) return entry;
    return replaceMembers(this.summary, entry.ports === undefined ? {} : { Ports: entry.ports });
  }

  /** The same list entry in other memory: what it lay in until now can go. */
  moveTo(entry: Buffer | PackedEntry): void {
    if (this.shown === undefined) this.#entry = entry;
  }

  /** `undefined` until it was shown. */
  get shown(): ShownRow | undefined {
    return 'start' in this.#entry ? this.#entry : undefined;
  }

  showAs(row: ShownRow): void {
    this.#entry = row;
  }
}

/** The order of the container list: newest first, as on an engine. */
export function newerFirst(left: FleetContainer, right: FleetContainer): number {
  if (left.facts.createdAtMs !== right.facts.createdAtMs) return right.facts.createdAtMs - left.facts.createdAtMs;
  if (left.facts.id !== right.facts.id) return left.facts.id < right.facts.id ? -1 : 1;
  // Machines that were cloned with their containers.
  if (left.engine === right.engine) return 0;
  return left.engine < right.engine ? -1 : 1;
}

import type { LogEntry } from '#cluster-log';
import { type NodeRecord, parseRecordSubject, type ReplacementRecord, type ReservationRecord } from '#contracts';
import { inNodeOrder } from '../placement/candidate.ts';
import type { PortClaims } from '../ports/port-claims.ts';
import type { EngineLoad, LoadOptions } from './engine-load.ts';
import { FleetInventory, type LocatedContainer } from './fleet-inventory.ts';
import type { LedgerChange, OnBrokenRecord } from './ledger-change.ts';
import { fold, type LedgerParts } from './ledger-fold.ts';
import type { NameIndex } from './name-index.ts';
import type { OwnerUsage } from './owner-usage.ts';
import { Replacements } from './replacements.ts';
import { type Hold, ReservationHolds } from './reservation-holds.ts';

export type { LocatedContainer } from './fleet-inventory.ts';
export type { LedgerChange, OnBrokenRecord } from './ledger-change.ts';

/**
 * The fleet as placement sees it: a fold of the log, kept per engine and incrementally, so a decision costs the same whatever the number
 * of containers. Every scheduler keeps one, leading or not. Over the log it holds the grants of its own that the log has not echoed.
 * Engines that discovery dropped are no candidates any more; what they hold keeps its names until its records are deleted.
 */
export class FleetLedger {
  readonly #fleet: FleetInventory;
  readonly #holds: ReservationHolds;
  readonly #replacements = new Replacements();
  readonly #listeners = new Set<(change: LedgerChange) => void>();
  readonly #usageListeners = new Set<(key: string) => void>();
  /** Sorted once a change of an engine, not once a placement. */
  #candidates: readonly EngineLoad[] | undefined;
  readonly #onBroken: OnBrokenRecord;
  readonly #parts: LedgerParts;

  constructor(options: LoadOptions, onBroken: OnBrokenRecord) {
    this.#fleet = new FleetInventory(options, (key) => {
      for (const listener of this.#usageListeners) listener(key);
    });
    this.#holds = new ReservationHolds((record) => this.#fleet.count(record));
    this.#onBroken = onBroken;
    const tell = (change: LedgerChange) => this.#tell(change);
    this.#parts = { fleet: this.#fleet, holds: this.#holds, replacements: this.#replacements, tell };
  }

  /** Folds one entry of the log, in sequence order. Never throws: a broken record is reported and left out. */
  apply(entry: LogEntry): void {
    const subject = parseRecordSubject(entry.subject);
    if (subject === undefined) return;
    try {
      fold(this.#parts, subject, entry);
    } catch (error) {
      this.#onBroken(entry.subject, error);
    }
  }

  /** The log was made anew: everything known is void. */
  reset(): void {
    this.#holds.clear();
    this.#replacements.clear();
    this.#fleet.clear();
    this.#candidates = undefined;
  }

  subscribe(listener: (change: LedgerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told of an engine at each change of its containers or reservations, for as long as the ledger lives: a hundred thousand times at a start. */
  onUsage(listener: (key: string) => void): void {
    this.#usageListeners.add(listener);
  }

  get containerNames(): NameIndex {
    return this.#fleet.containerNames;
  }

  get networkNames(): NameIndex {
    return this.#fleet.networkNames;
  }

  /** What tenants have and are just getting. */
  get owners(): OwnerUsage {
    return this.#fleet.owners;
  }

  get portClaims(): PortClaims {
    return this.#fleet.portClaims;
  }

  /** Members that have answered at least once, whatever their health; in node order. The same array as long as nothing but their usage changes. */
  candidates(): readonly EngineLoad[] {
    const isOne = ({ key, candidate }: EngineLoad) => candidate !== undefined && this.#fleet.members.has(key);
    this.#candidates ??= [...this.#fleet.engines()].filter(isOne).sort(inNodeOrder);
    return this.#candidates;
  }

  /** There are members, and each has reported all it holds or has failed. */
  get isSettled(): boolean {
    const { members } = this.#fleet;
    return members.size > 0 && [...members].every((key) => this.#fleet.engine(key)?.isSettled === true);
  }

  engine(key: string): EngineLoad | undefined {
    return this.#fleet.engine(key);
  }

  hasEngine(key: string): boolean {
    return this.#fleet.members.has(key) || this.#fleet.engine(key)?.candidate !== undefined;
  }

  /** The name users see; the key until the engine has told its own. */
  nodeName(key: string): string {
    return this.#fleet.engine(key)?.node ?? key;
  }

  node(key: string): NodeRecord | undefined {
    return this.#fleet.nodes.get(key);
  }

  container(id: string): LocatedContainer | undefined {
    return this.#fleet.container(id);
  }

  /** The container an operation made, wherever it is. */
  containerOf(operation: string): LocatedContainer | undefined {
    return this.#fleet.containerOf(operation);
  }

  /** How far the replacing of a container has come; `undefined` = it was never begun. */
  replacement(container: string): ReplacementRecord | undefined {
    return this.#replacements.get(container);
  }

  /** Written by this leader: known at once, whatever older the log still delivers. */
  noteReplacement(record: ReplacementRecord, sequence: number): void {
    this.#replacements.put(record.container, record, sequence);
  }

  forgetReplacement(container: string, sequence: number): void {
    this.#replacements.put(container, undefined, sequence);
  }

  /** Engines that hold a volume of this name or are just making it. */
  enginesWithVolume(name: string): string[] {
    const holding = this.candidates().filter(
      (engine) => engine.makes('volume', name) || (engine.hasVolume(name) && !engine.leaves('volume', name)),
    );
    return holding.map((engine) => engine.key);
  }

  enginesWithImage(image: string): string[] {
    const holding = this.candidates().filter((engine) => engine.images.has(image));
    return holding.map((engine) => engine.key);
  }

  reservation(operation: string): Hold | undefined {
    return this.#holds.get(operation);
  }

  /** Operations whose reservation is still in the log though it holds nothing any more. */
  spentReservations(): string[] {
    return [...this.#holds.all()].filter((hold) => hold.spent).map((hold) => hold.record.operation);
  }

  /** How many grants hold something. */
  get openReservations(): number {
    return [...this.#holds.all()].filter((hold) => !hold.spent).length;
  }

  /** Granted here, and the log has not answered yet. */
  isPending(operation: string): boolean {
    const hold = this.#holds.get(operation);
    return hold !== undefined && hold.sequence === undefined;
  }

  /** Counts a grant at once; `acknowledge` or `dropUnacknowledged` must follow. */
  hold(record: ReservationRecord): void {
    this.#holds.hold(record);
  }

  acknowledge(record: ReservationRecord, sequence: number): void {
    this.#holds.acknowledge(record.operation, sequence);
  }

  /** The log did not take the grant. One that it echoed nevertheless stays, until it expires there. */
  dropUnacknowledged(record: ReservationRecord): void {
    const hold = this.#holds.get(record.operation);
    if (hold?.record === record && hold.sequence === undefined) this.#holds.refused(record.operation);
  }

  /** Holds nothing from now on, though its record may still be in the log. */
  spend(operation: string): void {
    this.#holds.spend(operation);
  }

  #tell(change: LedgerChange): void {
    if (change.type === 'engine-changed') this.#candidates = undefined;
    for (const listener of this.#listeners) listener(change);
  }
}

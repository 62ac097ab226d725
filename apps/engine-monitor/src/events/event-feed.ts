import type { ClusterBus } from '#cluster-bus';
import { aheadEvent, eventWaitMaxMs, lateMember, settledNotice, subjects } from '#contracts';
import { replaceMembers } from '#docker-api';
import { type Clock, within } from '#service-shell';
import { type EventRefresh, parseEvent, refreshFor } from '../inventory/event-refresh.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { EventCursor } from './event-cursor.ts';
import { EventQueue, type LeavingEvent, type QueuedEvent } from './event-queue.ts';
import { EventStorm } from './event-storm.ts';
import type { OwnChanges } from './own-changes.ts';

/** As `eventWaitMaxMs`, of a volume's event, which holds up what comes behind it: its list takes milliseconds, unless a driver is away. */
const volumeMaxMs = 1_000;
/**
 * Events waiting for their refreshes. A compose project of 100 containers makes as many at once; where more wait, one reading of all
 * costs less than the refreshes.
 */
const waitingMax = 512;
/** The same where as many wait and the first of them has waited so long: refreshes do not keep up. */
const waitingLongMax = 128;
const waitedMaxMs = 1_000;

/** Events kept while NATS is away, a megabyte: a restart takes seconds, and state does not depend on them. */
const heldMax = 2_000;
/** What an event waited less is within what its way takes; whoever begins to listen meanwhile is not told of it. */
const noticedMs = 10;
/** NATS back: by then gateways listen again. What is published before is lost to those that do not. */
const listenersBackMs = 1_000;

export type EventFeedParts = {
  readonly engine: string;
  readonly inventory: Pick<Inventory, 'refreshSoon' | 'resync'>;
  readonly ownChanges: Pick<OwnChanges, 'broughtBy'>;
  readonly bus: ClusterBus;
  readonly clock: Clock;
  /** Up to where an earlier owner passed events on, by the daemon's clock. */
  readonly passedOnNs: bigint | undefined;
  readonly onRefreshFailed: (error: unknown) => void;
  /** The daemon re-read its configuration. */
  readonly onIdentityStale: () => void;
  /** Events are missing from here on: the daemon did not remember all since the last one, or NATS was away too long. */
  readonly onGap: () => void;
};

/**
 * Passes the daemon's events on: each once, in the daemon's order, byte by byte. Those of containers leave at once, numbered, and gateways are told
 * once the records they change are in the log; all others leave after their records (docs/adr/0047). Where too many wait for their records,
 * all leave and the records follow.
 */
export class EventFeed {
  readonly #parts: EventFeedParts;
  readonly #cursor: EventCursor;
  readonly #storm: EventStorm;
  readonly #queue = new EventQueue();
  /** The reading of all that follows the opening of the stream: it brings what repeated events changed. */
  #reading = Promise.withResolvers<void>();
  #onDrained: (() => void)[] = [];
  readonly #connection: { stop(): void };
  /** NATS is away, or gateways may not listen again yet. */
  #isHeld: boolean;

  constructor(parts: EventFeedParts) {
    this.#parts = parts;
    this.#cursor = new EventCursor(parts.passedOnNs, parts.onGap);
    this.#storm = new EventStorm(parts.clock, () =>
      parts.inventory.resync().then((refused) => {
        if (refused !== undefined) parts.onRefreshFailed(refused);
      }, parts.onRefreshFailed),
    );
    this.#isHeld = !parts.bus.connected;
    this.#connection = parts.bus.onConnectionChange((connected) => this.#onConnection(connected));
  }

  /** From where the stream is to be opened, and what to tell of it. */
  stream() {
    return {
      sinceNs: this.#cursor.sinceNs,
      onOpened: (clockNs: bigint | undefined) => {
        this.#reading = Promise.withResolvers();
        this.#cursor.opened(clockNs, this.#parts.clock.monotonicMs());
      },
      onLine: (line: Buffer) => this.#accept(line),
    };
  }

  /** The reading of all after the stream was opened has ended, well or badly. */
  readingEnded(): void {
    this.#reading.resolve();
  }

  /** Up to where events have been passed on and their records are in the log, by the daemon's clock. */
  get passedOnNs(): bigint | undefined {
    const [place, aheadNs] = [this.#cursor.passedOnNs, this.#queue.aheadSinceNs];
    // What left ahead is read again where this owner ends before its records are in the log: no list shows every change.
    return place !== undefined && aheadNs !== undefined && aheadNs < place ? aheadNs : place;
  }

  /** Resolves once no event waits any more, and no gateway for the records of one. */
  drained(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained.push(resolve);
    });
  }

  /** Drops what waits: the next owner reads it again, from `passedOnNs` on. */
  stop(): void {
    this.#queue.clear();
    this.#storm.stop();
    this.#connection.stop();
  }

  #accept(line: Buffer): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const arrival = this.#cursor.arrive(line, nowMs);
    if (arrival === undefined) return;
    const event = parseEvent(line.toString());
    const implied = event && refreshFor(event);
    const isRepeated = arrival.happenedMs !== undefined;
    if (implied?.identity === true && !isRepeated) this.#parts.onIdentityStale();
    const brought = event && implied && this.#parts.ownChanges.broughtBy(event);
    const queued: QueuedEvent = {
      arrival,
      sinceMs: nowMs,
      // What the past has told is late anyway, and its reading may take seconds. Gateways look networks and volumes up when they hear of them.
      mayLead: !isRepeated && implied !== undefined && implied.touched.containers.length > 0,
      // A network that a start of ours joins is told long before the start, whose own event brings what both have changed.
      isReady: implied === undefined || this.#storm.isOn || (brought !== undefined && event?.type === 'network'),
    };
    this.#queue.add(queued);
    if (this.#storm.isOn) this.#storm.note();
    if (implied !== undefined && !queued.isReady) {
      const isInLists = isRepeated && !implied.isUnlisted;
      const records = isInLists ? this.#reading.promise : this.#readingFor(implied, brought);
      const readMaxMs = event?.type === 'volume' && !isRepeated ? volumeMaxMs : eventWaitMaxMs;
      void within(this.#parts.clock, readMaxMs, records).then(() => {
        queued.isReady = true;
        this.#flush();
      });
    }
    if (this.#isTooMuch(nowMs)) this.#overflow();
    this.#flush();
  }

  #isTooMuch(nowMs: number): boolean {
    // While NATS is away all of them wait, and their refreshes are not why.
    const waitedMs = this.#isHeld ? 0 : nowMs - (this.#queue.oldestSinceMs ?? nowMs);
    return this.#queue.length > (waitedMs > waitedMaxMs ? waitingLongMax : waitingMax);
  }

  #overflow(): void {
    this.#queue.readyAll();
    this.#storm.begin();
  }

  #onConnection(connected: boolean): void {
    if (!connected) this.#isHeld = true;
    else
      this.#parts.clock.after(listenersBackMs, () => {
        if (!this.#parts.bus.connected) return;
        this.#isHeld = false;
        this.#flush();
      });
  }

  #flush(): void {
    if (this.#isHeld) return this.#boundHeld();
    for (const event of this.#queue.leaving()) this.#passOn(event);
    const settled = this.#queue.settled();
    const { bus, engine } = this.#parts;
    if (settled.length > 0) bus.publish(subjects.settled(engine), settledNotice(settled));
    if (this.#queue.length > 0) return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }

  #boundHeld(): void {
    if (this.#queue.length <= heldMax) return;
    this.#queue.clear();
    this.#parts.onGap();
  }

  #passOn({ arrival, sinceMs, serial }: LeavingEvent): void {
    const { bus, engine, clock } = this.#parts;
    const { line, happenedMs = sinceMs } = arrival;
    // Rounded down: whoever began to listen just before it happened is told of it.
    const lateMs = Math.max(0, Math.floor(clock.monotonicMs() - happenedMs));
    const isLate = arrival.happenedMs !== undefined || lateMs >= noticedMs;
    const told = isLate ? replaceMembers(line, { [lateMember]: String(lateMs) }) : line;
    bus.publish(subjects.event(engine), serial === undefined ? told : aheadEvent(told, serial));
    this.#cursor.passedOn(arrival);
  }

  /** `brought`: by a call of ours; whether the reading after that has brought it. */
  #readingFor(implied: EventRefresh, brought: Promise<boolean> | undefined): Promise<void> {
    return brought === undefined
      ? this.#refresh(implied)
      : brought.then((isRead) => (isRead ? undefined : this.#refresh(implied)));
  }

  #refresh(implied: EventRefresh): Promise<void> {
    return this.#parts.inventory.refreshSoon(implied).catch(this.#parts.onRefreshFailed);
  }
}

import type { ClusterBus } from '#cluster-bus';
import { bufferOf, eventWaitMaxMs, lateMember, readSettled, splitAhead, subjects } from '#contracts';
import { type EventMark, EventMemory, eventMark, eventsRememberedMax, member } from '#docker-api';
import { type Clock, Histogram, type Logger, type MetricFamily } from '#service-shell';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { ViewFollower } from '../../fleet-view/view-follower.ts';
import { EngineNews, engineConcerned, engineEvent } from './engine-news.ts';
import { EventBeat } from './event-beat.ts';
import { eventOf, type FleetEvent } from './fleet-event.ts';

export type EventListener = (event: FleetEvent) => void;

/** As many of its own as a daemon remembers of its. */
const ownEventsMax = 256;
/** Of fewer engines than these memories are kept, whether they are there or not. */
const memoriesMin = 64;
const nsPerMs = 1_000_000n;

type HeardFollower = Pick<ViewFollower, 'view' | 'isReady' | 'watch' | 'doubt' | 'heardAhead' | 'settledAhead'>;

type Listening = { readonly listener: EventListener; readonly sinceMs: number; readonly fromNs: bigint | undefined };

/**
 * Every engine's events, once over the bus, to all clients of this gateway. An engine's new owner has the daemon repeat events that
 * the earlier one may not have passed on; those that were are known here, whether a client listened or not, and dropped.
 * Besides them its own: engines that come into service and leave it, as this gateway sees it.
 */
export class EventHub {
  readonly #listening = new Set<Listening>();
  /** By engine key. */
  readonly #memories = new Map<string, EventMemory>();
  /** As many as there may be until those of engines that left are looked for. */
  #memoriesMax = memoriesMin;
  readonly #subscriptions: readonly { stop(): void }[];
  readonly #unwatch: () => void;
  readonly #news = new EngineNews();
  #own: readonly FleetEvent[] = [];
  #heard = 0;
  readonly #lags = new Histogram();
  readonly #follower: HeardFollower;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** When its clients are written to. */
  readonly beat: EventBeat;

  constructor(bus: ClusterBus, follower: HeardFollower, clock: Clock, logger: Logger) {
    this.#follower = follower;
    this.#clock = clock;
    this.#logger = logger;
    this.beat = new EventBeat(clock);
    this.#subscriptions = [
      bus.subscribe(subjects.event('*'), (subject, payload) => this.#onMessage(keyOf(subject), bufferOf(payload))),
      bus.subscribe(subjects.settled('*'), (subject, payload) =>
        follower.settledAhead(keyOf(subject), readSettled(bufferOf(payload))),
      ),
    ];
    this.#unwatch = follower.watch({
      onApplied: (changed) => {
        const key = engineConcerned(changed);
        if (key !== undefined && follower.isReady) this.#onEngineChange(key);
      },
      onSettled: () => this.#onEngineChange(undefined),
    });
  }

  /**
   * Listeners are called in order of arrival, with what happens from now on; with `fromNs`, of the engines' clocks, also with what has happened
   * since then and becomes known only now. The returned function ends it.
   */
  listen(listener: EventListener, fromNs?: bigint): () => void {
    const listening = { listener, sinceMs: this.#clock.monotonicMs(), fromNs };
    this.#listening.add(listening);
    return () => this.#listening.delete(listening);
  }

  /** Events that engines have told so far, whether a client listened or not. */
  get heard(): number {
    return this.#heard;
  }

  /** For Prometheus. */
  lagFamily(): MetricFamily {
    const help =
      'From an event at its engine until this gateway has it, within the difference of their clocks (2 s); what became known more than 5 s late is left out.';
    return { name: 'baleen_event_lag_seconds', type: 'histogram', help, samples: this.#lags.samples() };
  }

  /** The last of its own, oldest first. */
  get ownEvents(): readonly FleetEvent[] {
    return this.#own;
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.stop();
    this.#unwatch();
    this.#listening.clear();
  }

  #onMessage(key: string, payload: Buffer): void {
    const ahead = splitAhead(payload);
    const bytes = ahead?.event ?? payload;
    try {
      const engine = this.#follower.view.engine(key);
      const mark = engine && eventMark(bytes);
      if (engine === undefined || !this.#isNew(key, mark)) return;
      this.#heard += 1;
      this.#measure(bytes, mark, engine);
      const isHeard = this.#listening.size > 0;
      if (ahead !== undefined) this.#follower.heardAhead(key, ahead.serial, isHeard);
      if (!isHeard) return;
      // Its records are in the log, but maybe not in the view yet of which the listener reads next.
      if (ahead === undefined) this.#follower.doubt();
      this.#tell(eventOf(bytes, mark, engine));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#logger.warn({ engine: key, err: error }, 'event of an engine cannot be read');
    }
  }

  /** One that is later than events wait was read from a daemon's memory: late before anybody could hear it. */
  #measure(bytes: Buffer, mark: EventMark | undefined, engine: FleetEngine): void {
    if (mark === undefined || lateMsOf(bytes) > eventWaitMaxMs) return;
    const happenedMs = Number(mark.timeNs / nsPerMs) + (engine.record?.clockDeltaMs ?? 0);
    this.#lags.observe(Math.max(0, this.#clock.nowMs() - happenedMs) / 1_000);
  }

  #onEngineChange(key: string | undefined): void {
    const { view } = this.#follower;
    const news = key === undefined ? this.#news.lookAll(view) : this.#news.look(view, key);
    for (const { action, node } of news) {
      const event = engineEvent(action, node, this.#clock);
      this.#own = [...this.#own, event].slice(-ownEventsMax);
      this.#tell(event);
    }
  }

  /** How late it is was measured by the daemon's own clock: what happens now is told now, though the clocks of the machines may not agree. */
  #tell(event: FleetEvent): void {
    const { lateMs, timeNano = 0 } = event;
    const happenedMs = this.#clock.monotonicMs() - lateMs;
    for (const { listener, sinceMs, fromNs } of this.#listening) {
      const isNew = lateMs === 0 || happenedMs >= sinceMs;
      if (isNew || (fromNs !== undefined && timeNano >= Number(fromNs))) listener(event);
    }
  }

  #isNew(key: string, mark: EventMark | undefined): boolean {
    if (mark === undefined) return true;
    const memory = this.#memories.get(key) ?? this.#newMemory(key);
    return memory.isNew(mark.key);
  }

  #newMemory(key: string): EventMemory {
    if (this.#memories.size >= this.#memoriesMax) this.#forgetThoseThatLeft();
    const memory = new EventMemory(eventsRememberedMax);
    this.#memories.set(key, memory);
    return memory;
  }

  #forgetThoseThatLeft(): void {
    for (const key of this.#memories.keys()) if (this.#follower.view.engine(key) === undefined) this.#memories.delete(key);
    this.#memoriesMax = Math.max(memoriesMin, 2 * this.#memories.size);
  }
}

/** As its owner says; most say nothing. */
function lateMsOf(bytes: Buffer): number {
  return bytes.includes(lateMember) ? Number(member(bytes, lateMember)?.toString('utf8')) : 0;
}

function keyOf(subject: string): string {
  return subject.slice(subject.indexOf('.') + 1);
}
